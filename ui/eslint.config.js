import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const FEATURES = ["runs", "run", "compare", "metrics", "conversation", "settings"];

/** Forbids imports; a layer may use what is below it, and a feature never another one. */
function layer(files, groups, message) {
  return { files, rules: { "no-restricted-imports": ["error", { patterns: [{ group: groups, message }] }] } };
}

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts", "*.config.*", "scripts"] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    plugins: { "react-hooks": hooks },
    rules: {
      // The other rules of the plug-in are for a compiler that is not in use; ours scroll elements by hand.
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "max-lines": ["error", 500],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Content of a trace is hostile: let React write text." },
        { property: "outerHTML", message: "Content of a trace is hostile: let React write text." },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Content of a trace is hostile." },
        { selector: "ExportDefaultDeclaration", message: "Exports have names." },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-definitions": "off",
    },
  },
  layer(["src/lib/**"], ["react", "react-dom", "@/components/*", "@/features/*", "@/app/*"], "lib knows no React"),
  layer(["src/api/**"], ["@/components/*", "@/features/*", "@/app/*"], "api is below components and features"),
  layer(["src/components/**"], ["@/features/*", "@/app/*", "@/api/*"], "components know no domain"),
  ...FEATURES.map((name) =>
    layer(
      [`src/features/${name}/**`],
      ["@/app/*", ...FEATURES.filter((other) => other !== name).map((other) => `@/features/${other}/*`)],
      "a feature never imports another one, nor the app",
    ),
  ),
);

/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The server that development asks; the built page asks the one it came from. */
const server = process.env["EVERYFRAME_URL"] ?? "http://127.0.0.1:4318";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    // The server refuses other hosts' pages, so the request says that it comes from its own.
    proxy: {
      "/api": { target: server, changeOrigin: true, headers: { origin: server } },
      "^/[^/]+/runs/[^/]+/report": { target: server, changeOrigin: true },
    },
  },
  build: {
    target: "es2023",
    // The polyfill would be an inline script, which the page's policy forbids.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    reportCompressedSize: false,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testSetup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});

/** What stands around every page: where one is, where one can go, commands. */
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { ActionsProvider, useActions } from "@/components/Actions";
import { Button } from "@/components/Button";
import { ALL_PROJECTS } from "@/lib/search";
import styles from "./Shell.module.css";
import { chooseTheme, nextTheme, storedTheme, type Theme } from "./theme";

const Palette = lazy(() => import("./Palette").then((module) => ({ default: module.Palette })));
const KeyMap = lazy(() => import("./KeyMap").then((module) => ({ default: module.KeyMap })));

const THEME_SIGNS: Record<Theme, string> = { system: "◐", light: "○", dark: "●" };

export function Shell() {
  return (
    <ActionsProvider>
      <Frame />
    </ActionsProvider>
  );
}

function Frame() {
  const { project = ALL_PROJECTS } = useParams({ strict: false });
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"palette" | "keys" | null>(null);
  const [theme, setTheme] = useState(storedTheme);
  const changeTheme = () => {
    const next = nextTheme(theme);
    chooseTheme(next);
    setTheme(next);
  };
  useActions({
    palette: () => setDialog("palette"),
    keys: () => setDialog("keys"),
    theme: changeTheme,
    goRuns: () => void navigate({ to: "/$project/runs", params: { project } }),
    goMetrics: () => void navigate({ to: "/$project/metrics", params: { project } }),
    goSettings: () => void navigate({ to: "/settings" }),
    copyLink: () => void navigator.clipboard.writeText(window.location.href),
  });
  return (
    <>
      <a className={styles["skip"]} href="#main">
        Skip to the page
      </a>
      <header className={styles["header"]}>
        <Link to="/$project/runs" params={{ project }} className={styles["brand"]} aria-label="Everyframe">
          <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
            <rect width="16" height="16" rx="3" fill="currentColor" />
            <path d="M3.5 4h6v1.6h-6zM5.5 7.2h7v1.6h-7zM7.5 10.4h4v1.6h-4z" className={styles["bars"]} />
          </svg>
          <span className={styles["name"]}>Everyframe</span>
        </Link>
        <nav aria-label="Pages" className={styles["nav"]}>
          <Link to="/$project/runs" params={{ project }} className={styles["link"]} activeOptions={{ exact: false }}>
            Runs
          </Link>
          <Link to="/$project/metrics" params={{ project }} className={styles["link"]}>
            Metrics
          </Link>
          <Link to="/settings" className={styles["link"]}>
            Settings
          </Link>
        </nav>
        <div className={styles["tools"]}>
          <Button look="quiet" onClick={() => setDialog("palette")} hint="Ctrl K">
            Commands
          </Button>
          <Button look="quiet" onClick={() => setDialog("keys")} aria-label="Show all keys">
            ?
          </Button>
          <Button look="quiet" onClick={changeTheme} aria-label={`Theme: ${theme}. Change it`} title={`Theme: ${theme}`}>
            {THEME_SIGNS[theme]}
          </Button>
        </div>
      </header>
      <Outlet />
      <Suspense>
        {dialog === "palette" && <Palette onClose={() => setDialog(null)} />}
        {dialog === "keys" && <KeyMap onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}

/** The keyboard map, as a page one can link to. */
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { KeyTable } from "@/components/KeyTable";
import styles from "./SettingsPage.module.css";

export function ShortcutsPage() {
  useEffect(() => {
    document.title = "Shortcuts · Everyframe";
  }, []);
  return (
    <main id="main" className={styles["page"]}>
      <div>
        <Link to="/settings">← Settings</Link>
        <h1>Shortcuts</h1>
      </div>
      <KeyTable />
    </main>
  );
}

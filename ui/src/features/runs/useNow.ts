/** The present, told every so often, so that ages stay true while a page is open. */
import { useEffect, useState } from "react";

const EVERY_MILLIS = 15_000;

export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MILLIS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

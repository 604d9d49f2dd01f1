/** Binds actions of the table to what they do on this page, and turns keys into actions. */
import { createContext, use, useEffect, useLayoutEffect, useMemo, useRef, type ReactNode } from "react";
import { ACTION_NAMES, ACTIONS, keyName, type ActionName } from "@/lib/actions";

type Handlers = Partial<Record<ActionName, () => void>>;

/** The actions bound right now; later bindings win over earlier ones. */
class Registry {
  private readonly layers = new Set<() => Handlers>();

  add(layer: () => Handlers): () => void {
    this.layers.add(layer);
    return () => this.layers.delete(layer);
  }

  handler(name: ActionName): (() => void) | undefined {
    return [...this.layers].map((layer) => layer()[name]).findLast((handler) => handler !== undefined);
  }

  available(): ActionName[] {
    return ACTION_NAMES.filter((name) => this.handler(name) !== undefined);
  }
}

const Context = createContext<Registry>(new Registry());

/** Time within which the second key of a pair must follow, in milliseconds. */
const PAIR_MILLIS = 900;
/** Where single keys are switched off; read at each key. */
export const KEYS_OFF = "everyframe.keys-off";

export function ActionsProvider({ children }: { readonly children: ReactNode }) {
  const registry = useMemo(() => new Registry(), []);
  useEffect(() => {
    let first = { key: "", at: 0 };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const key = keyName(event);
      const isChord = key.startsWith("Mod+") || key.startsWith("Alt+");
      if (!isChord && (isTyping(event.target) || isWithinDialog(event.target))) return;
      if (!isChord && key.length === 1 && localStorage.getItem(KEYS_OFF) === "1") return;
      if (ownsKey(event.target, key)) return;
      const pair = event.timeStamp - first.at < PAIR_MILLIS ? `${first.key} ${key}` : "";
      first = { key, at: event.timeStamp };
      for (const wanted of [pair, key]) {
        const name = ACTION_NAMES.find(
          (name) => (ACTIONS[name].keys as readonly string[]).includes(wanted) && registry.handler(name) !== undefined,
        );
        if (wanted === "" || name === undefined) continue;
        event.preventDefault();
        registry.handler(name)?.();
        return;
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [registry]);
  return <Context value={registry}>{children}</Context>;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

function isWithinDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog],[role=menu],[role=listbox]") !== null;
}

/** Keys that a focused control needs itself. */
function ownsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (key === "Enter" || key === " ") return target.closest("button,a[href],summary,input,[role=button]") !== null;
  if (key.startsWith("Arrow") || key === "Home" || key === "End") {
    return target.closest("[role=tablist],[role=separator],[data-scrolls]") !== null;
  }
  return false;
}

/** Binds actions for as long as the component is there. */
export function useActions(handlers: Handlers): void {
  const registry = use(Context);
  const current = useRef(handlers);
  useLayoutEffect(() => {
    current.current = handlers;
  });
  useEffect(() => registry.add(() => current.current), [registry]);
}

/** The actions bound right now, and a way to perform one. */
export function useRegistry(): { available: () => ActionName[]; perform: (name: ActionName) => void } {
  const registry = use(Context);
  return useMemo(
    () => ({ available: () => registry.available(), perform: (name: ActionName) => registry.handler(name)?.() }),
    [registry],
  );
}

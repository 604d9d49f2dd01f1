/** Every address of the page. Pages load on their own; the address is the state of each. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ALL_PROJECTS, compareSearch, metricsSearch, runSearch, runsSearch } from "@/lib/search";
import { NotFound, PageFailed } from "./Fallbacks";
import { Shell } from "./Shell";

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <PageFailed error={error} onRetry={reset} />,
});

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's own way to redirect
    throw redirect({ to: "/$project/runs", params: { project: ALL_PROJECTS }, replace: true });
  },
});

const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/$project/runs",
  validateSearch: runsSearch,
  component: lazyRouteComponent(() => import("@/features/runs/RunsPage"), "RunsPage"),
});

const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/$project/runs/$run",
  validateSearch: runSearch,
  component: lazyRouteComponent(() => import("@/features/run/RunPage"), "RunPage"),
});

const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/$project/compare",
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import("@/features/compare/ComparePage"), "ComparePage"),
});

const metricsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/$project/metrics",
  validateSearch: metricsSearch,
  component: lazyRouteComponent(() => import("@/features/metrics/MetricsPage"), "MetricsPage"),
});

const conversationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/$project/conversations/$session",
  component: lazyRouteComponent(() => import("@/features/conversation/ConversationPage"), "ConversationPage"),
});

const goRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/go/$trace",
  component: lazyRouteComponent(() => import("@/features/conversation/GoPage"), "GoPage"),
});

const goSpanRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/go/$trace/$span",
  component: lazyRouteComponent(() => import("@/features/conversation/GoPage"), "GoPage"),
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings/SettingsPage"), "SettingsPage"),
});

const keysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/shortcuts",
  component: lazyRouteComponent(() => import("@/features/settings/ShortcutsPage"), "ShortcutsPage"),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    indexRoute,
    runsRoute,
    runRoute,
    compareRoute,
    metricsRoute,
    conversationRoute,
    goRoute,
    goSpanRoute,
    settingsRoute,
    keysRoute,
  ]),
  // Lists put themselves back by the row they showed, not by a height that may have changed.
  scrollRestoration: false,
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

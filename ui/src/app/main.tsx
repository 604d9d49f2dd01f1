/** Starts the page. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "@/api/client";
import "@/styles/base.css";
import { router } from "./router";
import { applyTheme, storedTheme } from "./theme";

applyTheme(storedTheme());

const RETRIES_MAX = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses once it refuses again; only what may pass is tried again.
      retry: (failures, error) => failures < RETRIES_MAX && error instanceof ApiError && error.status >= 502,
      refetchOnWindowFocus: false,
    },
  },
});

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}

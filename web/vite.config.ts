import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { fakeServer } from "./dev/fake-server";

// `npm run dev` talks to a server on the usual port; HABITUE_FAKE=1 answers from an invented company instead.
const fake = process.env.HABITUE_FAKE === "1";
// The host stays the page's own: the server refuses changes that seem to come from another address.
const proxy = { "/api": { target: process.env.HABITUE_URL ?? "http://127.0.0.1:8080", changeOrigin: false } };

export default defineConfig({
  plugins: [react(), ...(fake ? [fakeServer()] : [])],
  server: { proxy: fake ? {} : proxy },
  preview: { proxy: fake ? {} : proxy },
  build: {
    target: ["es2022", "chrome111", "firefox120", "safari17"],
    assetsInlineLimit: 0, // The policy of the server refuses data: addresses for scripts and fonts.
    // The Sankey is loaded on demand and is large because the chart library is.
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx", "dev/**/*.test.ts"], environment: "node" },
});

import { lazyRouteComponent } from "@tanstack/react-router";
import { loadChunk } from "./missing-chunk.ts";

/** A component whose code is loaded when it is shown, or before by its `preload`: `part(() => import("./forecast-page.tsx"), "ForecastPage")`. */
export const part = <Module extends Record<string, unknown>, Name extends keyof Module & string>(
  load: () => Promise<Module>,
  name: Name,
) => lazyRouteComponent(loadChunk(load), name);

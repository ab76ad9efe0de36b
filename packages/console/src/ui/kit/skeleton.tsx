import { joinClasses } from "./classes.ts";

interface SkeletonProps {
  /** What it stands for: a line of text, a control, or a block of a chart's height. */
  readonly shape?: "text" | "control" | "circle" | "block";
  readonly width?: "short" | "medium" | "full";
}

const shapes = {
  text: "h-3 rounded-small",
  control: "h-control rounded-control",
  circle: "size-avatar rounded-full",
  block: "h-chart rounded-card",
};

const widths = { short: "w-1/4", medium: "w-1/2", full: "w-full" };

/** The place of what is still loading. Show it after 150 ms, in the shape of what comes. */
export function Skeleton({ shape = "text", width = "full" }: SkeletonProps) {
  return (
    <span
      aria-hidden="true"
      className={joinClasses(
        "block",
        shape === "block" ? "bg-hover" : "bg-border",
        shapes[shape],
        shape !== "circle" && widths[width],
      )}
    />
  );
}

/**
 * A signature that was drawn, as it comes from the page: points of strokes in a box of fixed size, as one line of text and never as a
 * picture. Pure, and needs nothing of the house: who verifies a certificate reads it by this too.
 */

/** Of what is drawn in, in its own units. */
export const drawingBox = { width: 600, height: 200 } as const;
export const drawingBounds = { strokes: 64, points: 4000 } as const;
/** As long as the longest there can be. */
export const MAX_DRAWING_LENGTH = drawingBounds.points * "600.200-".length;

export type Point = readonly [x: number, y: number];
export type Strokes = readonly (readonly Point[])[];

/** Whole numbers as they are written in one way only, so that one drawing has one hash. */
const DRAWING_PATTERN = /^(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})(?:[-_](?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2}))*$/;

/** The strokes of `10.20-12.25_80.90`: points of a stroke with `-` between them, strokes with `_`; or what is wrong with it. */
export function parseStrokes(text: string): Strokes | string {
  const { strokes: mostStrokes, points: mostPoints } = drawingBounds;
  if (text.length > MAX_DRAWING_LENGTH || !DRAWING_PATTERN.test(text))
    return `Not a drawing: points like 10.20-12.25, at most ${mostPoints}`;
  const strokes = text.split("_").map((stroke) => stroke.split("-").map(parsePoint));
  if (strokes.length > mostStrokes) return `At most ${mostStrokes} strokes`;
  const points = strokes.flat();
  if (points.length > mostPoints) return `At most ${mostPoints} points`;
  const { width, height } = drawingBox;
  return points.every(([x, y]) => x <= width && y <= height) ? strokes : `Within ${width} by ${height}`;
}

function parsePoint(text: string): Point {
  const [x = "", y = ""] = text.split(".");
  return [Number(x), Number(y)];
}

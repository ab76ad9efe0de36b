/**
 * Pure rules: a drawn signature as the page sends it. It is one line of text with the points of strokes in a box of fixed size, never a picture. This
 * module depends on nothing else in the project, because the command that verifies certificates uses it too.
 */

/** Size of the drawing area, in units of its own. */
export const drawingBox = { width: 600, height: 200 } as const;
export const drawingBounds = { strokes: 64, points: 4000 } as const;
/** Length of the longest possible drawing. */
export const MAX_DRAWING_LENGTH = drawingBounds.points * "600.200-".length;

type Point = readonly [x: number, y: number];
type Strokes = readonly (readonly Point[])[];

/** Whole numbers in canonical form, so that a drawing has exactly one hash. */
const DRAWING_PATTERN = /^(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})(?:[-_](?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2}))*$/;

/** Parses `10.20-12.25_80.90`: `-` separates the points of a stroke, `_` separates strokes. Returns the fault as a string. */
export function parseStrokes(text: string): Strokes | string {
  const { strokes: mostStrokes, points: mostPoints } = drawingBounds;
  if (text.length > MAX_DRAWING_LENGTH || !DRAWING_PATTERN.test(text))
    return `Must consist of points like 10.20-12.25, at most ${mostPoints}`;
  const strokes = text.split("_").map((stroke) => stroke.split("-").map(parsePoint));
  if (strokes.length > mostStrokes) return `At most ${mostStrokes} strokes`;
  const points = strokes.flat();
  if (points.length > mostPoints) return `At most ${mostPoints} points`;
  const { width, height } = drawingBox;
  return points.every(([x, y]) => x <= width && y <= height) ? strokes : `All points must be within ${width} by ${height}`;
}

function parsePoint(text: string): Point {
  const [x = "", y = ""] = text.split(".");
  return [Number(x), Number(y)];
}

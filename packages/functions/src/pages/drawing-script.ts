import { drawingBounds, drawingBox } from "@crm/core/agreements/signature/drawing.rules.ts";
import { Markup } from "./markup.ts";

/**
 * The script by which a signer draws with a finger, a pen or a mouse. It puts points into the form in the format of
 * `parseStrokes`. The policy of the page names this script by its hash. Without a script a signer types a name, which is required
 * in any case.
 */
export const drawingScript = new Markup(`
(() => {
  const [WIDTH, HEIGHT, STROKES, POINTS] = [${drawingBox.width}, ${drawingBox.height}, ${drawingBounds.strokes}, ${drawingBounds.points}];
  const [field, pad, area, clear] = ["drawing", "pad", "draw", "draw-clear"].map((id) => document.getElementById(id));
  const pen = pad.getContext("2d");
  if (!pen || !window.PointerEvent) return;
  area.hidden = false;
  pen.scale(pad.width / WIDTH, pad.height / HEIGHT);
  Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(pad).color });
  let strokes = field.value.split("_").filter(Boolean).map((stroke) => stroke.split("-").map((point) => point.split(".").map(Number)));
  let drawing;
  const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
  const at = ({ clientX, clientY }) => {
    const { left, top, width, height } = pad.getBoundingClientRect();
    return [within(((clientX - left) / width) * WIDTH, WIDTH), within(((clientY - top) / height) * HEIGHT, HEIGHT)];
  };
  const line = (from, to) => {
    pen.beginPath();
    pen.moveTo(from[0], from[1]);
    pen.lineTo(to[0], to[1]);
    pen.stroke();
  };
  const isFull = () => strokes.reduce((sum, { length }) => sum + length, 0) >= POINTS;
  const keep = () => {
    field.value = strokes.map((stroke) => stroke.map((point) => point.join(".")).join("-")).join("_");
  };
  for (const stroke of strokes) stroke.forEach((point, index) => line(stroke[Math.max(0, index - 1)], point));
  pad.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || strokes.length >= STROKES || isFull()) return;
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    const first = at(event);
    drawing = [first];
    strokes.push(drawing);
    line(first, first);
    keep();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!drawing || !event.isPrimary || isFull()) return;
    const [last, next] = [drawing[drawing.length - 1], at(event)];
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) < 2) return;
    drawing.push(next);
    line(last, next);
    keep();
  });
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { drawing = undefined; });
  clear.addEventListener("click", () => {
    strokes = [];
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    keep();
  });
})();
`);

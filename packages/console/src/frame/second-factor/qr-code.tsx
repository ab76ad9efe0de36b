import { encode } from "uqr";
import { buildQrPath } from "./qr-path.ts";

/** Light modules around the code, without which cameras do not find it. */
const QUIET_ZONE = 4;

/** Shows a text as a QR code. It is dark on light in the dark theme too, because many cameras read no other. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { ecc: "L", border: QUIET_ZONE });
  return (
    <span data-theme="light" className="block w-full max-w-field rounded-card border border-border bg-surface text-text">
      <svg
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={label}
        shapeRendering="crispEdges"
        className="block h-auto w-full"
      >
        <path d={buildQrPath(data)} fill="currentColor" />
      </svg>
    </span>
  );
}

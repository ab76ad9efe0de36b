import type { Raster } from "../picture.ts";
import { formatRef, type PdfFile, type Ref } from "./file.ts";

/** Writes a picture (ISO 32000-1, 8.9.5). */
export function writeImage(file: PdfFile, raster: Raster): Ref {
  const { width, height, bits, colors, coding, data, alpha, masked, isInverted } = raster;
  const space = typeof colors === "string" ? `/${colors}` : writePalette(file, colors.palette);
  const entries = [
    `${formatImageSize(width, height)} /ColorSpace ${space} /BitsPerComponent ${bits}`,
    alpha
      ? `/SMask ${formatRef(file.addStream(`${formatImageSize(width, height)} /ColorSpace /DeviceGray /BitsPerComponent 8`, alpha))}`
      : "",
    masked ? `/Mask [${masked.join(" ")}]` : "",
    isInverted ? "/Decode [1 0 1 0 1 0 1 0]" : "",
    coding === "dct" ? "/Filter /DCTDecode" : "",
    coding === "png" ? `/Filter /FlateDecode /DecodeParms <</Predictor 15 /Columns ${width} /BitsPerComponent ${bits}` : "",
    coding === "png" ? `/Colors ${colors === "DeviceRGB" ? 3 : 1}>>` : "",
  ];
  return file.addStream(entries.filter(Boolean).join(" "), data, { isPacked: coding !== "raw" });
}

const formatImageSize = (width: number, height: number): string =>
  `/Type /XObject /Subtype /Image /Width ${width} /Height ${height}`;

const writePalette = (file: PdfFile, palette: Buffer): string =>
  `[/Indexed /DeviceRGB ${palette.length / 3 - 1} ${formatRef(file.addStream("", palette))}]`;

/** Signed documents as providers return them: the sent document with its signers, and the certificate of completion. */

interface PdfSigner {
  name: string;
  email: string;
}

export const buildSignedPdf = async (
  provider: string,
  id: string,
  document: string,
  signers: readonly PdfSigner[],
): Promise<Uint8Array> => {
  const lines = signers.map(({ name, email }) => `% ${toAscii(name)} <${toAscii(email)}>`);
  return Buffer.concat([Buffer.from(document, "base64"), Buffer.from(["", `% ${provider} ${id}`, ...lines, ""].join("\n"))]);
};

export const buildCertificatePdf = async (
  id: string,
  status: string,
  signers: readonly (PdfSigner & { status: string })[],
): Promise<Uint8Array> =>
  buildPdfPage([
    "Certificate Of Completion",
    `Envelope Id: ${id}`,
    `Status: ${status}`,
    ...signers.map((signer) => `${signer.name} ${signer.email}: ${signer.status}`),
  ]);

const toAscii = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, "?");

/** Returns a minimal PDF with one page of lines. */
export function buildPdfPage(lines: readonly string[]): Uint8Array {
  const textOperators = lines.map((line) => `(${toAscii(line).replaceAll(/[\\()]/g, "\\$&")}) Tj T*`).join("\n");
  const content = `BT /F1 11 Tf 14 TL 56 780 Td\n${textOperators}\nET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const xref = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  return Buffer.from(
    `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${xref}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`,
    "latin1",
  );
}

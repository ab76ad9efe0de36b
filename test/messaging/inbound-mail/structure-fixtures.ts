import {
  buildHeaders,
  buildHtmlMail,
  buildMultipart,
  buildPart,
  buildPlainMail,
  encodeBase64,
  encodeUtf8,
  joinParts,
  type MailFixture,
} from "./raw-mail.ts";

const pdf = buildPart(
  "application/pdf; name=a.pdf",
  encodeBase64("%PDF-1.7"),
  "Content-Transfer-Encoding: base64",
  "Content-Disposition: attachment; filename=a.pdf",
);
const nestParts = (depth: number): string[] =>
  depth === 0
    ? buildPart("text/plain", "at the bottom")
    : [`Content-Type: multipart/mixed; boundary=b${depth}`, "", ...joinParts(`b${depth}`, [nestParts(depth - 1)])];

/** Multipart structures in every order that programs use, and broken ones. */
export const structureFixtures: readonly MailFixture[] = [
  {
    name: "text and HTML of the same",
    raw: buildMultipart("alternative", [buildPart("text/plain", "the text"), buildPart("text/html", "<p>the <b>page</b></p>")]),
    is: { text: "the text", html: "<p>the <b>page</b></p>", attachments: [] },
  },
  {
    name: "pictures within HTML, and a file beside it",
    raw: buildMultipart("mixed", [
      [
        'Content-Type: multipart/related; boundary="r"; type="multipart/alternative"',
        "",
        ...joinParts("r", [
          [
            "Content-Type: multipart/alternative; boundary=a",
            "",
            ...joinParts("a", [buildPart("text/plain", "look:"), buildPart("text/html", '<img src="cid:logo@1">')]),
          ],
          buildPart("image/png; name=logo.png", encodeBase64("png"), "Content-Transfer-Encoding: base64", "Content-ID: <logo@1>"),
        ]),
      ],
      pdf,
    ]),
    is: {
      text: "look:",
      attachments: [
        { name: "logo.png", cid: "logo@1", is_inline: true, size: 3 },
        { name: "a.pdf", cid: null, is_inline: false, size: 8 },
      ],
    },
  },
  {
    name: "texts around a picture, as Apple Mail sends them",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "above"),
      buildPart(
        "image/png; name=shot.png",
        encodeBase64("png"),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: inline; filename=shot.png",
      ),
      buildPart("text/plain", "below"),
    ]),
    is: { text: "above\n\nbelow", attachments: [{ name: "shot.png", is_inline: true }] },
  },
  {
    name: "HTML alone",
    raw: buildHtmlMail(
      "<style>p{}</style><p>Dear &auml;ll,</p><p>it&nbsp;fails<br>twice</p><ul><li>one</li><li>two</li></ul><a href='https://x.example/a'>here</a>",
    ),
    is: { text: "Dear äll,\n\nit fails\ntwice\n\n- one\n- two\n\nhere <https://x.example/a>" },
  },
  {
    name: "a text that says there is HTML",
    raw: buildMultipart("alternative", [
      buildPart("text/plain", "Your mail program cannot show HTML."),
      buildPart("text/html", `<p>${"The real message. ".repeat(20)}</p>`),
    ]),
    is: { text: "The real message. ".repeat(20).trim() },
  },
  {
    name: "an empty text beside HTML",
    raw: buildMultipart("alternative", [buildPart("text/plain", "  "), buildPart("text/html", "<p>page</p>")]),
    is: { text: "page", answer: "page" },
  },
  {
    name: "no end of the parts",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "multipart/mixed; boundary=x" }),
      "",
      "--x",
      ...buildPart("text/plain", "hello"),
      "--x",
      ...pdf,
    ),
    is: { text: "hello", attachments: [{ name: "a.pdf", size: 8 }] },
  },
  {
    name: "a boundary that never comes",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "multipart/mixed; boundary=other" }),
      "",
      "--x1",
      ...buildPart("text/plain", "hello"),
      "--x1--",
    ),
    is: { text: "hello" },
  },
  {
    name: "no boundary",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "multipart/mixed" }),
      "",
      "--x1",
      ...buildPart("text/plain", "hello"),
      "--x1",
      ...pdf,
      "--x1--",
    ),
    is: { text: "hello", attachments: [{ name: "a.pdf" }] },
  },
  {
    name: "several parts that are none",
    raw: encodeUtf8(...buildHeaders({ "Content-Type": "multipart/mixed; boundary=x" }), "", "just a text"),
    is: { text: "just a text" },
  },
  {
    name: "a boundary that begins as another",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "multipart/mixed; boundary=b" }),
      "",
      "--b",
      "Content-Type: multipart/alternative; boundary=b1",
      "",
      ...joinParts("b1", [buildPart("text/plain", "inner"), buildPart("text/html", "<p>inner")]),
      "--b",
      ...pdf,
      "--b--",
    ),
    is: { text: "inner", attachments: [{ name: "a.pdf" }] },
  },
  {
    name: "what stands before and behind the parts",
    raw: encodeUtf8(
      ...buildHeaders({ "Content-Type": "multipart/mixed; boundary=x" }),
      "",
      "This is a multi-part message in MIME format.",
      "--x",
      ...buildPart("text/plain", "hello"),
      "--x--",
      "scanned by a scanner",
    ),
    is: { text: "hello" },
  },
  {
    name: "a message without headers",
    raw: encodeUtf8("just this,", "and no headers"),
    is: { text: "just this,\nand no headers", from: null, subject: "", message_id: null },
  },
  {
    name: "headers without an empty line below",
    raw: encodeUtf8(...buildHeaders(), "Hello there, no empty line", "second line"),
    is: { subject: "Hello", text: "Hello there, no empty line\nsecond line" },
  },
  { name: "an empty body", raw: encodeUtf8(...buildHeaders(), "", ""), is: { text: "", answer: "", attachments: [] } },
  { name: "nothing at all", raw: Buffer.alloc(0), is: { text: "", from: null, attachments: [], kind: "message" } },
  {
    name: "a line of an mbox before the headers",
    raw: encodeUtf8("From ada@customer.example Mon Jan  5 10:00:00 2026", ...buildHeaders(), "", "hello"),
    is: { subject: "Hello", text: "hello" },
  },
  {
    name: "lines of Unix",
    raw: Buffer.from([...buildHeaders(), "", "one", "two"].join("\n")),
    is: { subject: "Hello", text: "one\ntwo" },
  },
  {
    name: "lines of old Macs",
    raw: Buffer.from([...buildHeaders(), "", "one", "two"].join("\r")),
    is: { subject: "Hello", text: "one\ntwo" },
  },
  {
    name: "several of headers that there is one of",
    raw: encodeUtf8(
      "From: real@customer.example",
      "Subject: first",
      ...buildHeaders({ From: "fake@x.example", Subject: "second" }),
      "Content-Type: text/plain",
      "Content-Type: text/html",
      "",
      "<b>text</b>",
    ),
    is: { from: { name: null, email: "real@customer.example" }, subject: "first", text: "<b>text</b>" },
  },
  {
    name: "breaks that are put into a subject",
    raw: buildPlainMail("x", { Subject: "=?utf-8?Q?hello=0D=0ABcc:_evil@x.example?= \rX: y" }),
    is: { subject: "hello Bcc: evil@x.example X: y", cc: [] },
  },
  { name: "a header of a megabyte", raw: buildPlainMail("hello", { "X-Long": "a".repeat(1 << 20) }), is: { subject: "Hello" } },
  { name: "a line of two megabytes", raw: buildPlainMail("b".repeat(2 << 20)), is: { is_cut: true } },
  {
    name: "deeply nested parts",
    raw: encodeUtf8(...buildHeaders(), ...nestParts(60)),
    is: { subject: "Hello" },
  },
  {
    name: "an excessive number of parts",
    raw: buildMultipart("mixed", [
      buildPart("text/plain", "hello"),
      ...Array.from({ length: 5000 }, () => buildPart("text/plain; name=a.txt", "x")),
    ]),
    is: { text: "hello", is_cut: true },
  },
];

import { base64, between, head, html, multipart, part, plain, type Shape, wire } from "./raw.ts";

const pdf = part(
  "application/pdf; name=a.pdf",
  base64("%PDF-1.7"),
  "Content-Transfer-Encoding: base64",
  "Content-Disposition: attachment; filename=a.pdf",
);
const deep = (depth: number): string[] =>
  depth === 0
    ? part("text/plain", "at the bottom")
    : [`Content-Type: multipart/mixed; boundary=b${depth}`, "", ...between(`b${depth}`, [deep(depth - 1)])];

/** Parts, in every order that programs put them, and what is broken about them. */
export const structures: readonly Shape[] = [
  {
    name: "text and HTML of the same",
    raw: multipart("alternative", [part("text/plain", "the text"), part("text/html", "<p>the <b>page</b></p>")]),
    is: { text: "the text", html: "<p>the <b>page</b></p>", attachments: [] },
  },
  {
    name: "pictures within HTML, and a file beside it",
    raw: multipart("mixed", [
      [
        'Content-Type: multipart/related; boundary="r"; type="multipart/alternative"',
        "",
        ...between("r", [
          [
            "Content-Type: multipart/alternative; boundary=a",
            "",
            ...between("a", [part("text/plain", "look:"), part("text/html", '<img src="cid:logo@1">')]),
          ],
          part("image/png; name=logo.png", base64("png"), "Content-Transfer-Encoding: base64", "Content-ID: <logo@1>"),
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
    raw: multipart("mixed", [
      part("text/plain", "above"),
      part(
        "image/png; name=shot.png",
        base64("png"),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: inline; filename=shot.png",
      ),
      part("text/plain", "below"),
    ]),
    is: { text: "above\n\nbelow", attachments: [{ name: "shot.png", is_inline: true }] },
  },
  {
    name: "HTML alone",
    raw: html(
      "<style>p{}</style><p>Dear &auml;ll,</p><p>it&nbsp;fails<br>twice</p><ul><li>one</li><li>two</li></ul><a href='https://x.example/a'>here</a>",
    ),
    is: { text: "Dear äll,\n\nit fails\ntwice\n\n- one\n- two\n\nhere <https://x.example/a>" },
  },
  {
    name: "a text that says there is HTML",
    raw: multipart("alternative", [
      part("text/plain", "Your mail program cannot show HTML."),
      part("text/html", `<p>${"The real message. ".repeat(20)}</p>`),
    ]),
    is: { text: "The real message. ".repeat(20).trim() },
  },
  {
    name: "an empty text beside HTML",
    raw: multipart("alternative", [part("text/plain", "  "), part("text/html", "<p>page</p>")]),
    is: { text: "page", answer: "page" },
  },
  {
    name: "no end of the parts",
    raw: wire(
      ...head({ "Content-Type": "multipart/mixed; boundary=x" }),
      "",
      "--x",
      ...part("text/plain", "hello"),
      "--x",
      ...pdf,
    ),
    is: { text: "hello", attachments: [{ name: "a.pdf", size: 8 }] },
  },
  {
    name: "a boundary that never comes",
    raw: wire(
      ...head({ "Content-Type": "multipart/mixed; boundary=other" }),
      "",
      "--x1",
      ...part("text/plain", "hello"),
      "--x1--",
    ),
    is: { text: "hello" },
  },
  {
    name: "no boundary",
    raw: wire(
      ...head({ "Content-Type": "multipart/mixed" }),
      "",
      "--x1",
      ...part("text/plain", "hello"),
      "--x1",
      ...pdf,
      "--x1--",
    ),
    is: { text: "hello", attachments: [{ name: "a.pdf" }] },
  },
  {
    name: "several parts that are none",
    raw: wire(...head({ "Content-Type": "multipart/mixed; boundary=x" }), "", "just a text"),
    is: { text: "just a text" },
  },
  {
    name: "a boundary that begins as another",
    raw: wire(
      ...head({ "Content-Type": "multipart/mixed; boundary=b" }),
      "",
      "--b",
      "Content-Type: multipart/alternative; boundary=b1",
      "",
      ...between("b1", [part("text/plain", "inner"), part("text/html", "<p>inner")]),
      "--b",
      ...pdf,
      "--b--",
    ),
    is: { text: "inner", attachments: [{ name: "a.pdf" }] },
  },
  {
    name: "what stands before and behind the parts",
    raw: wire(
      ...head({ "Content-Type": "multipart/mixed; boundary=x" }),
      "",
      "This is a multi-part message in MIME format.",
      "--x",
      ...part("text/plain", "hello"),
      "--x--",
      "scanned by a scanner",
    ),
    is: { text: "hello" },
  },
  {
    name: "a message without headers",
    raw: wire("just this,", "and no headers"),
    is: { text: "just this,\nand no headers", from: null, subject: "", message_id: null },
  },
  {
    name: "headers without an empty line below",
    raw: wire(...head(), "Hello there, no empty line", "second line"),
    is: { subject: "Hello", text: "Hello there, no empty line\nsecond line" },
  },
  { name: "an empty body", raw: wire(...head(), "", ""), is: { text: "", answer: "", attachments: [] } },
  { name: "nothing at all", raw: Buffer.alloc(0), is: { text: "", from: null, attachments: [], kind: "message" } },
  {
    name: "a line of an mbox before the headers",
    raw: wire("From ada@customer.example Mon Jan  5 10:00:00 2026", ...head(), "", "hello"),
    is: { subject: "Hello", text: "hello" },
  },
  {
    name: "lines of Unix",
    raw: Buffer.from([...head(), "", "one", "two"].join("\n")),
    is: { subject: "Hello", text: "one\ntwo" },
  },
  {
    name: "lines of old Macs",
    raw: Buffer.from([...head(), "", "one", "two"].join("\r")),
    is: { subject: "Hello", text: "one\ntwo" },
  },
  {
    name: "several of headers that there is one of",
    raw: wire(
      "From: real@customer.example",
      "Subject: first",
      ...head({ From: "fake@x.example", Subject: "second" }),
      "Content-Type: text/plain",
      "Content-Type: text/html",
      "",
      "<b>text</b>",
    ),
    is: { from: { name: null, email: "real@customer.example" }, subject: "first", text: "<b>text</b>" },
  },
  {
    name: "breaks that are put into a subject",
    raw: plain("x", { Subject: "=?utf-8?Q?hello=0D=0ABcc:_evil@x.example?= \rX: y" }),
    is: { subject: "hello Bcc: evil@x.example X: y", cc: [] },
  },
  { name: "a header of a megabyte", raw: plain("hello", { "X-Long": "a".repeat(1 << 20) }), is: { subject: "Hello" } },
  { name: "a line of two megabytes", raw: plain("b".repeat(2 << 20)), is: { is_cut: true } },
  { name: "parts within parts, deeper than anybody writes", raw: wire(...head(), ...deep(60)), is: { subject: "Hello" } },
  {
    name: "more parts than anybody writes",
    raw: multipart("mixed", [
      part("text/plain", "hello"),
      ...Array.from({ length: 5000 }, () => part("text/plain; name=a.txt", "x")),
    ]),
    is: { text: "hello", is_cut: true },
  },
];

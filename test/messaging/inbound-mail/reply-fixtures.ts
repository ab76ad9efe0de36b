import { buildHtmlMail, buildMultipart, buildPart, buildPlainMail, type MailFixture } from "./raw-mail.ts";

/** A reply above its quoted original, in the formats of many programs and languages; `answer` is the new text. */
const buildReply = (name: string, quoted: string, answer = "Thank you, it works now."): MailFixture => ({
  name,
  raw: buildPlainMail(`${answer}\n\n${quoted}`, { Subject: "Re: Hello" }),
  is: { answer, kind: "message" },
});

const quotedText = "> We have repaired it.\n> Kind regards\n> Support";

const attributionLines: readonly MailFixture[] = [
  buildReply("Gmail, English", `On Mon, Jan 5, 2026 at 10:00 AM Acme Support <support@acme.in.example> wrote:\n\n${quotedText}`),
  buildReply(
    "Gmail, English, on two lines",
    `On Mon, Jan 5, 2026 at 10:00 AM Acme Support of the Very Long Name\n<support@acme.in.example> wrote:\n${quotedText}`,
  ),
  buildReply(
    "Gmail, German",
    `Am Mo., 5. Jan. 2026 um 10:00 Uhr schrieb Acme Support <\nsupport@acme.in.example>:\n\n${quotedText}`,
  ),
  buildReply("Gmail, French", `Le lun. 5 janv. 2026 à 10:00, Acme Support <support@acme.in.example> a\nécrit :\n\n${quotedText}`),
  buildReply(
    "Gmail, Spanish",
    `El lun, 5 ene 2026 a las 10:00, Acme Support (<support@acme.in.example>)\nescribió:\n\n${quotedText}`,
  ),
  buildReply(
    "Gmail, Italian",
    `Il giorno lun 5 gen 2026 alle ore 10:00 Acme Support <support@acme.in.example> ha scritto:\n\n${quotedText}`,
  ),
  buildReply(
    "Gmail, Portuguese",
    `Em seg., 5 de jan. de 2026 às 10:00, Acme Support <support@acme.in.example>\nescreveu:\n\n${quotedText}`,
  ),
  buildReply("Gmail, Dutch", `Op ma 5 jan 2026 om 10:00 schreef Acme Support <support@acme.in.example>:\n\n${quotedText}`),
  buildReply("Gmail, Polish", `pon., 5 sty 2026 o 10:00 Acme Support <support@acme.in.example> napisał(a):\n\n${quotedText}`),
  buildReply("Gmail, Swedish", `Den mån 5 jan. 2026 kl 10:00 skrev Acme Support <support@acme.in.example>:\n\n${quotedText}`),
  buildReply(
    "Gmail, Japanese",
    `2026年1月5日(月) 10:00 Acme Support <support@acme.in.example>:\n\n${quotedText}`,
    "ありがとうございます。",
  ),
  buildReply(
    "Gmail, Chinese",
    `Acme Support <support@acme.in.example> 于2026年1月5日周一 10:00写道：\n\n${quotedText}`,
    "谢谢，可以了。",
  ),
  buildReply(
    "Gmail, Traditional Chinese",
    `Acme Support <support@acme.in.example> 於 2026年1月5日 週一 上午10:00寫道：\n\n${quotedText}`,
    "謝謝。",
  ),
  buildReply(
    "Gmail, Korean",
    `2026년 1월 5일 (월) 오전 10:00, Acme Support <support@acme.in.example>님이 작성:\n\n${quotedText}`,
    "감사합니다.",
  ),
  buildReply(
    "Gmail, Arabic",
    `\u200fفي الاثنين، 5 يناير 2026 في 10:00 ص تمت كتابة ما يلي بواسطة \u202aAcme Support\u202c\u200f <\u202asupport@acme.in.example\u202c\u200f>:\u200f\n\n${quotedText}`,
    "شكرا لكم",
  ),
  buildReply(
    "Gmail, Russian",
    `пн, 5 янв. 2026 г. в 10:00, Acme Support <support@acme.in.example>:\n\n${quotedText}`,
    "Спасибо!",
  ),
  buildReply(
    "Gmail, Turkish",
    `Acme Support <support@acme.in.example>, 5 Oca 2026 Pzt, 10:00 tarihinde şunu yazdı:\n\n${quotedText}`,
  ),
  buildReply(
    "Apple Mail, English",
    `> On 5 Jan 2026, at 10:00, Acme Support <support@acme.in.example> wrote:\n> \n> We have repaired it.`,
  ),
  buildReply(
    "Apple Mail, German",
    `> Am 05.01.2026 um 10:00 schrieb Acme Support <support@acme.in.example>:\n> \n> Wir haben es repariert.`,
  ),
  buildReply("Thunderbird, German", `Am 05.01.26 um 10:00 schrieb Acme Support:\n${quotedText}`),
  buildReply("Thunderbird, French", `Le 05/01/2026 à 10:00, Acme Support a écrit :\n${quotedText}`),
  buildReply(
    "Yahoo, without marks",
    "On Monday, January 5, 2026 at 10:00:00 AM GMT+1, Acme Support <support@acme.in.example> wrote:\n\n\nWe have repaired it.\nKind regards",
  ),
  buildReply(
    "a language that we have no word of",
    `Na Luan, 5 Ean 2026 ag 10:00, d'fhreagair Acme Support <support@acme.in.example>:\n${quotedText}`,
  ),
];

const headerBlocks: readonly MailFixture[] = [
  buildReply(
    "Outlook, English",
    "From: Acme Support <support@acme.in.example>\nSent: Monday, January 5, 2026 10:00 AM\nTo: Ada Lovelace\nSubject: Hello\n\nWe have repaired it.",
  ),
  buildReply(
    "Outlook, with a rule above",
    "________________________________\nFrom: Acme Support\nSent: Monday\nTo: Ada\nSubject: Hello\n\nWe have repaired it.",
  ),
  buildReply(
    "Outlook, old, English",
    "-----Original Message-----\nFrom: Acme Support\nSent: Monday\nSubject: Hello\n\nWe have repaired it.",
  ),
  buildReply(
    "Outlook, German",
    "Von: Acme Support <support@acme.in.example>\nGesendet: Montag, 5. Januar 2026 10:00\nAn: Ada Lovelace\nBetreff: Hello\n\nWir haben es repariert.",
  ),
  buildReply("Outlook, old, German", "-----Ursprüngliche Nachricht-----\nVon: Acme\n\nWir haben es repariert."),
  buildReply(
    "Outlook, French",
    "De : Acme Support <support@acme.in.example>\nEnvoyé : lundi 5 janvier 2026 10:00\nÀ : Ada Lovelace\nObjet : Hello\n\nC'est réparé.",
  ),
  buildReply(
    "Outlook, Spanish",
    "De: Acme Support\nEnviado: lunes, 5 de enero de 2026 10:00\nPara: Ada\nAsunto: Hello\n\nEstá reparado.",
  ),
  buildReply("Outlook, Italian", "Da: Acme Support\nInviato: lunedì 5 gennaio 2026 10:00\nA: Ada\nOggetto: Hello\n\nFatto."),
  buildReply(
    "Outlook, Portuguese",
    "De: Acme Support\nEnviada em: segunda-feira, 5 de janeiro de 2026 10:00\nPara: Ada\nAssunto: Hello\n\nFeito.",
  ),
  buildReply(
    "Outlook, Dutch",
    "Van: Acme Support\nVerzonden: maandag 5 januari 2026 10:00\nAan: Ada\nOnderwerp: Hello\n\nGedaan.",
  ),
  buildReply(
    "Outlook, Japanese",
    "差出人: Acme Support\n送信日時: 2026年1月5日 10:00\n宛先: Ada\n件名: Hello\n\n修理しました。",
    "ありがとうございます。",
  ),
  buildReply(
    "Outlook, Chinese",
    "发件人: Acme Support\n发送时间: 2026年1月5日 10:00\n收件人: Ada\n主题: Hello\n\n已修好。",
    "谢谢。",
  ),
  buildReply(
    "Outlook, Korean",
    "보낸 사람: Acme Support\n보낸 날짜: 2026년 1월 5일\n받는 사람: Ada\n제목: Hello\n\n수리했습니다.",
    "감사합니다.",
  ),
  buildReply("Outlook, Arabic", "من: Acme Support\nتم الإرسال: الاثنين\nإلى: Ada\nالموضوع: Hello\n\nتم", "شكرا"),
  buildReply(
    "a phone of Samsung",
    "-------- Original message --------\nFrom: Acme Support <support@acme.in.example>\nDate: 05/01/2026 10:00 (GMT+01:00)\nTo: Ada\nSubject: Hello\n\nWe have repaired it.",
  ),
  buildReply(
    "QQ Mail",
    '------------------ 原始邮件 ------------------\n发件人: "Acme" <support@acme.in.example>;\n\n已修好。',
    "谢谢。",
  ),
  buildReply("our own mark", "##- Please write above this line -##\n\nWe have repaired it."),
];

const signatures: readonly MailFixture[] = [
  {
    name: "a signature",
    raw: buildPlainMail("It fails.\n\n-- \nAda Lovelace\nCustomer Inc."),
    is: { answer: "It fails.", text: "It fails.\n\n-- \nAda Lovelace\nCustomer Inc." },
  },
  { name: "a signature without its blank", raw: buildPlainMail("It fails.\n--\nAda"), is: { answer: "It fails." } },
  ...[
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Enviado do meu iPhone",
    "Verstuurd vanaf mijn iPhone",
    "iPhoneから送信",
    "发自我的iPhone",
    "나의 iPhone에서 보냄",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Sent from Yahoo Mail on Android",
  ].map(
    (line): MailFixture => ({
      name: `a device: ${line}`,
      raw: buildPlainMail(`It fails.\n\n${line}`),
      is: { answer: "It fails." },
    }),
  ),
  {
    name: "a last line that a person has written",
    raw: buildPlainMail("It fails.\n\nSent from my office yesterday"),
    is: { answer: "It fails.\n\nSent from my office yesterday" },
  },
  {
    name: "a device above a quote",
    raw: buildPlainMail(
      `It fails.\n\nSent from my iPhone\n\n> On 5 Jan 2026, at 10:00, Acme <support@acme.in.example> wrote:\n> \n> ok`,
    ),
    is: { answer: "It fails." },
  },
];

const otherReplies: readonly MailFixture[] = [
  {
    name: "an answer below the quote",
    raw: buildPlainMail(
      `On Mon, Jan 5, 2026 at 10:00 AM Acme <support@acme.in.example> wrote:\n${quotedText}\n\nNo, it does not work.`,
    ),
    is: { answer: "No, it does not work." },
  },
  {
    name: "answers between lines of the quote",
    raw: buildPlainMail(
      "On Mon, Jan 5, 2026 at 10:00 AM Acme <support@acme.in.example> wrote:\n> Which version?\n\n4.2\n\n> Since when?\n\nMonday",
    ),
    is: { answer: "4.2\n\nMonday" },
  },
  {
    name: "nothing but a quote",
    raw: buildPlainMail(`On Mon, Jan 5, 2026 at 10:00 AM Acme <support@acme.in.example> wrote:\n> all of it\n> is old`),
    is: { answer: "On Mon, Jan 5, 2026 at 10:00 AM Acme <support@acme.in.example> wrote:\nall of it\nis old" },
  },
  {
    name: "handed on, with a word above",
    raw: buildPlainMail(
      "Can you help here?\n\n---------- Forwarded message ---------\nFrom: Bob <bob@x.example>\nDate: Mon, 5 Jan 2026\nSubject: Broken\nTo: Ada\n\nMy printer burns.",
    ),
    is: {
      answer:
        "Can you help here?\n\n---------- Forwarded message ---------\nFrom: Bob <bob@x.example>\nDate: Mon, 5 Jan 2026\nSubject: Broken\nTo: Ada\n\nMy printer burns.",
    },
  },
  {
    name: "a text that only looks like it",
    raw: buildPlainMail("From: Berlin\nIt was on Monday that I wrote:\n\nnothing came. My address: Main Street 5"),
    is: { answer: "From: Berlin\nIt was on Monday that I wrote:\n\nnothing came. My address: Main Street 5" },
  },
  {
    name: "Gmail in HTML alone",
    raw: buildHtmlMail(
      '<div dir="ltr">It works.<br clear="all"><div dir="ltr" class="gmail_signature"><div>Ada<br>Customer Inc.</div></div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Jan 5, 2026 at 10:00 AM Acme &lt;support@acme.in.example&gt; wrote:<br></div><blockquote class="gmail_quote"><div>We have repaired it.</div></blockquote></div>',
    ),
    is: {
      answer: "It works.",
      text: "It works.\nAda\nCustomer Inc.\n\n> On Mon, Jan 5, 2026 at 10:00 AM Acme <support@acme.in.example> wrote:\n>\n> > We have repaired it.",
    },
  },
  {
    name: "Outlook in HTML alone",
    raw: buildHtmlMail(
      '<div class="WordSection1"><p class="MsoNormal">It works.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>Von:</b> Acme &lt;support@acme.in.example&gt; <br><b>Gesendet:</b> Montag, 5. Januar 2026 10:00<br><b>An:</b> Ada<br><b>Betreff:</b> Hello</p></div></div><p class="MsoNormal">Wir haben es repariert.</p></div>',
    ),
    is: { answer: "It works." },
  },
  {
    name: "Outlook on the web in HTML alone",
    raw: buildHtmlMail(
      '<div>It works.</div><div id="Signature"><p>Ada</p></div><div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg"><b>From:</b> Acme<br><b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> Hello</div><div>old</div>',
    ),
    is: { answer: "It works." },
  },
  {
    name: "Yahoo in HTML alone",
    raw: buildHtmlMail(
      '<div>It works.</div><div class="yahoo_quoted"><div>Am Montag, 5. Januar 2026 um 10:00:00 MEZ hat Acme &lt;support@acme.in.example&gt; Folgendes geschrieben:</div><div>old</div></div>',
    ),
    is: { answer: "It works." },
  },
  {
    name: "Apple Mail in HTML alone",
    raw: buildHtmlMail(
      '<html><body>It works.<div><br><blockquote type="cite"><div>On 5 Jan 2026, at 10:00, Acme &lt;support@acme.in.example&gt; wrote:</div><br><div>old</div></blockquote></div></body></html>',
    ),
    is: { answer: "It works." },
  },
  {
    name: "Gmail that hands on, in HTML alone",
    raw: buildHtmlMail(
      '<div>See below</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: Bob<br>Date: Mon<br>Subject: Broken<br></div><div>My printer burns.</div></div>',
    ),
    is: { answer: "See below\n---------- Forwarded message ---------\nFrom: Bob\nDate: Mon\nSubject: Broken\nMy printer burns." },
  },
  {
    name: "what is not shown in HTML",
    raw: buildHtmlMail(
      '<head><title>t</title></head><body><div style="display:none">preheader</div><script>x()</script><!-- c --><p>shown</p><table><tr><td>a</td><td>b</td></tr></table>',
    ),
    is: { text: "shown\n\na b" },
  },
  {
    name: "both parts, with the new text taken from the plain one",
    raw: buildMultipart("alternative", [
      buildPart("text/plain", "It works.\r\n\r\nOn Mon, Jan 5, 2026 at 10:00 AM Acme <s@acme.in.example> wrote:\r\n> old"),
      buildPart("text/html", "<p>It works.</p><blockquote>old</blockquote>"),
    ]),
    is: { answer: "It works." },
  },
];

const oldText = "We have repaired it.\nKind regards";

/** Programs with a form of their own, and texts that only look like one. */
const rareForms: readonly MailFixture[] = [
  buildReply("Open-Xchange", `Support <support@acme.in.example> hat am 03.06.2026 10:12 CEST geschrieben:\n\n\n${oldText}`),
  buildReply(
    "Yahoo, German",
    `Am Mittwoch, 3. Juni 2026 um 10:12:33 MESZ hat Support <support@acme.in.example> Folgendes geschrieben:\n\n${oldText}`,
  ),
  buildReply("Gmail, Lithuanian", `2026-06-03, tr, 10:12 Support <support@acme.in.example> rašė:\n\n${quotedText}`),
  buildReply(
    "Gmail, Slovenian",
    `V V sre., 3. jun. 2026 ob 10:12 je oseba Support <support@acme.in.example> napisala:\n\n${quotedText}`,
  ),
  buildReply(
    "Gmail that breaks the line before the bracket",
    `On Wed, Jun 3, 2026 at 10:12 AM Support of a Long Name <support@acme.in.example\n> wrote:\n\n${quotedText}`,
  ),
  buildReply(
    "Gmail that breaks the line before the bracket, Norwegian",
    `ons. 3. juni 2026 kl. 10:12 skrev Support med et langt navn <support@acme.in.example\n>:\n\n${quotedText}`,
  ),
  buildReply("Zoho", `---- On Wed, 03 Jun 2026 10:12:33 +0200 Support <support@acme.in.example> wrote ----\n\n${oldText}`),
  buildReply(
    "GMX and WEB.DE, whose block begins with the date",
    `Gesendet: Mittwoch, 03. Juni 2026 um 10:12 Uhr\nVon: "Support" <support@acme.in.example>\nAn: a@b.example\nBetreff: Aw: x\n${oldText}`,
  ),
  buildReply(
    "Outlook.com of 2010, whose block begins with the date",
    `Date: Wed, 3 Jun 2026 10:12:33 +0200\nSubject: Re: x\nFrom: support@acme.in.example\nTo: a@b.example\n\n${oldText}`,
  ),
  buildReply(
    "La Poste",
    `====\n\nMessage du : 03/06/2026 10:12\nDe : "Support" <support@acme.in.example>\nA : a@b.example\nCopie à : \nSujet :  x\n\n${oldText}`,
  ),
  buildReply(
    "Samsung, Danish",
    `-------- Oprindelig besked --------\nFra: Support <support@acme.in.example>\nDato: 03.06.2026 10.12 (GMT+01:00)\n\n${oldText}`,
  ),
  buildReply("GroupWise", `>>> Support <support@acme.in.example> 03.06.2026 10:12 >>>\n${oldText}`),
  buildReply("Notes", `Support ---06/03/2026 10:12:33 AM---${oldText}`),
  buildReply("an answer with a date of its own", "", "Please note:\nDate: tomorrow\nWe meet at noon."),
  buildReply("a sentence about a device", "", "Here it is.\n\nSent from my desk, which is much easier than my mobile phone."),
  buildReply("an answer with a comparison", "", "It fails if a < b\nand works else."),
];

export const replyFixtures: readonly MailFixture[] = [
  ...attributionLines,
  ...rareForms,
  ...headerBlocks,
  ...signatures,
  ...otherReplies,
];

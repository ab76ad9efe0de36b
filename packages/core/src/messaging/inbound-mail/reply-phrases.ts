/** The phrases that mail programs write around quoted text, in their languages. All in lower case. */

const splitPhrases = (text: string): string[] =>
  text
    .replaceAll(/\n\s*/g, "")
    .split("|")
    .filter((phrase) => phrase !== "");

/** Verbs of the line above a quote: "On Monday, Ada wrote:". They are near the end, or before the name. */
export const wroteVerbs: readonly string[] = splitPhrases(`
  wrote|writes|schrieb|schrieb am|geschrieben|a écrit|a ecrit|écrivait|écrit|escribió|escribio|va escriure|ha scritto|scrive|
  ha scrit|escreveu|escribiu|schreef|het volgende geschreven|geschreven|skrev|skreiv|kirjoitti|napisał|napisał(a)|
  napisała|pisze|napsal|napsal(a)|napsala|napísal|napísal(a)|je napisao|je napisao/la|je napisala|je napisal|napisal|napisala|írta|
  ezt írta|a scris|написал|написал(а)|написала|пишет|написав|пише|написа|έγραψε|yazdı|şunu yazdı|şunları yazdı|كتب|
  كتبت|כתב|כתבה|כתב/ה|נכתב על ידי|نوشت|写道|寫道|來信|님이 작성|님이 작성하였습니다|님이 다음을 작성|작성|のメール|さんは書きました|viết|đã viết|menulis|
  เขียนว่า|เขียน|ने लिखा|parašė|rašė|rakstīja|kirjutas
`);

/** Phrases between dashes above a message that is quoted as a whole. */
export const originalPhrases: readonly string[] = splitPhrases(`
  original message|original-nachricht|ursprüngliche nachricht|urspruengliche nachricht|originalnachricht|
  ursprüngliche mail|message d'origine|message d’origine|message original|mail original|courriel d'origine|
  messaggio originale|mensaje original|missatge original|mensagem original|oorspronkelijk bericht|origineel bericht|
  ursprungligt meddelande|oprindelig meddelelse|oprindelig besked|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|
  oryginalna wiadomość|původní zpráva|původní e-mail|pôvodná správa|originalna poruka|izvirno sporočilo|
  eredeti üzenet|mesaj original|mesajul original|исходное сообщение|оригинальное сообщение|вихідне повідомлення|
  оригинално съобщение|αρχικό μήνυμα|orijinal mesaj|özgün ileti|الرسالة الأصلية|رسالة أصلية|הודעה מקורית|پیام اصلی|
  元のメッセージ|元のメール|オリジナルメッセージ|原始邮件|原邮件|原始郵件|原始消息|回复的原邮件|원본 메시지|원본 메일|원본메시지|tin nhắn gốc|thư gốc|pesan asli|
  ข้อความต้นฉบับ
`);

/** Header names that programs show above a quoted message: of the sender, and the others. */
export const senderHeaderNames: readonly string[] = splitPhrases(`
  from|von|de|da|van|från|fra|lähettäjä|od|feladó|de la|от|от кого|від|από|gönderen|kimden|من|מאת|از|发件人|寄件者|寄件人|差出人|
  送信元|送信者|보낸 사람|보낸사람|từ|dari|จาก
`);

export const otherHeaderNames: readonly string[] = splitPhrases(`
  sent|date|to|cc|copy|subject|reply-to|gesendet|datum|an|kopie|betreff|thema|envoyé|envoyé le|à|objet|sujet|copie|copie à|message du|inviato|data|a|oggetto|enviado|
  enviado el|enviado em|enviada em|fecha|para|asunto|assunto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|dato|
  til|emne|lähetetty|päivämäärä|vastaanottaja|aihe|wysłano|wysłane|do|dw|temat|odesláno|komu|předmět|odoslané|
  predmet|poslano|za|küldve|elküldve|dátum|címzett|tárgy|trimis|către|subiect|отправлено|дата|кому|копия|тема|
  надіслано|изпратено|относно|στάλθηκε|ημερομηνία|προς|θέμα|gönderildi|gönderme tarihi|tarih|kime|konu|تاريخ الإرسال|
  تم الإرسال|التاريخ|إلى|الموضوع|נשלח|תאריך|אל|נושא|发送时间|发送日期|日期|收件人|抄送|主题|寄件日期|傳送時間|收件者|主旨|主題|送信日時|日時|日付|宛先|件名|
  보낸 날짜|날짜|받는 사람|받는사람|참조|제목|đã gửi|ngày|tới|đến|chủ đề|terkirim|dikirim|tanggal|kepada|ke|subjek|perihal|ส่ง|วันที่|
  ถึง|เรื่อง
`);

/** Phrases of forwarded messages, which are not quotes: the sender passes them on. */
export const forwardPhrases: readonly string[] = splitPhrases(`
  forwarded message|begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|
  message transféré|début du message réexpédié|début du message transféré|messaggio inoltrato|
  inizio messaggio inoltrato|mensaje reenviado|inicio del mensaje reenviado|mensagem encaminhada|
  mensagem reencaminhada|início da mensagem reencaminhada|doorgestuurd bericht|begin doorgestuurd bericht|
  vidarebefordrat meddelande|videresendt meddelelse|videresendt melding|välitetty viesti|wiadomość przekazana|
  továbbított üzenet|mesaj redirecționat|пересланное сообщение|переслане повідомлення|iletilen mesaj|
  رسالة معاد توجيهها|הודעה שהועברה|転送されたメッセージ|転送メッセージ|转发的邮件|轉寄郵件|已轉寄的郵件|전달된 메시지|전달된 메일
`);

/** Lines that a device adds at the end, by their words and by form. */
export const deviceLinePatterns = [
  /^(?:sent|enviado|enviada|envoyé|inviato|verzonden|verstuurd|wysłano|wysłane|skickat|sendt|lähetetty|odesláno|odoslané|küldve|trimis|отправлено|надіслано|gesendet)(?!\p{L}).{0,12}?\s(?:from|via|using|with|desde|de|depuis|da|do|dal|van|vanaf|met|z|ze|från|fra|med|с|со|из|з|mit|von|über|din)(?!\p{L})/iu,
  /^(?:von|mit) .{2,50} (?:gesendet|verschickt)/iu,
  /^diese (?:nachricht|e-mail|mail) wurde (?:von|mit) .{2,60} gesendet/iu,
  /^.{1,40} gönderildi\.?$/iu,
  /^(?:lähetetty|skickat) \S/iu,
  /^(?:get|obtenir|télécharger|téléchargez|holen sie sich|laden sie|scarica|obtener|obtenga|obtenha|download|hämta|hent|pobierz|скачать) outlook /iu,
  /^outlook (?:for|für|pour|per|para|voor|til|för|dla) /iu,
  /(?:から送信|より送信|から送信されました)。?$/u,
  /^(?:发自|發自|从|從|來自).{1,30}$/u,
  /(?:에서 보냄|에서 전송|에서 보낸)\S*$/u,
  /^(?:أُ?رسلت|تم الإرسال|مرسل) من /u,
  /^נשלח מ/u,
] as const;

export const DEVICE_NAME_PATTERN =
  /iphone|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|redmi|oneplus|pixel|motorola|nokia|blackberry|sony|oppo|windows|outlook|yahoo|gmail|gmx|web\.de|proton|aol|mail\b|spark|smartphone|mobile|mobil|móvil|handy|tablet|phone|t[eé]l[eé]fon|telefoon|مبايل|هاتف|телефон|手机|手機|携帯|スマートフォン|휴대/iu;

import type { Request } from "@crm/core/kernel/context.ts";
import { type Failure, httpStatusByCode } from "@crm/core/kernel/error.ts";
import { type Language, matchLanguage, negotiateLanguage } from "@crm/core/kernel/language.ts";
import { fillPlaceholders } from "@crm/core/kernel/text.ts";
import { loadErrorLanguage } from "../http/error-language.ts";
import type { RawResponse } from "../http/operation.ts";
import { type PageOptions, renderPage } from "./layout.ts";
import { html, type Markup } from "./markup.ts";

/** The texts for customers whose link is not valid, or whose request failed. */
interface Words {
  nothing: string;
  nothing_text: string;
  many: string;
  many_text: string;
  failed: string;
  /** For a failure after which the action may have happened. */
  failed_text: string;
  wrong_text: string;
  /** For an address that is no link of a mail. */
  address_text: string;
  large: string;
  large_text: string;
  refused_text: string;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    nothing: "Page not found",
    nothing_text:
      "This link is not valid, or no longer valid. Please open the complete link from the latest email, or ask the sender.",
    many: "Too many requests",
    many_text: "Please try again in {wait}. Data that you sent just now was not saved.",
    failed: "Request failed",
    failed_text:
      "An error occurred on our side. Please open the link again a little later: it shows whether your answer has arrived.",
    wrong_text: "The data could not be accepted. Please open the link from the email again: it shows the present state.",
    address_text: "There is no page at this address. Please check the address.",
    large: "Too much data",
    large_text: "The data was not saved, because it is too large. Please go back and shorten it.",
    refused_text: "The data could not be accepted. Please go back and check it.",
  },
  de: {
    nothing: "Hier ist nichts",
    nothing_text:
      "Dieser Link führt nirgendwohin oder nicht mehr. Bitte öffnen Sie den vollständigen Link der letzten E-Mail, oder fragen Sie den Absender.",
    many: "Zu viele Anfragen",
    many_text: "Bitte versuchen Sie es in {wait} noch einmal. Was Sie eben vielleicht gesendet haben, ist nicht angekommen.",
    failed: "Das hat nicht geklappt",
    failed_text:
      "Bei uns ist etwas schiefgegangen. Bitte öffnen Sie den Link etwas später noch einmal: Er zeigt, ob Ihre Antwort angekommen ist.",
    wrong_text:
      "So, wie es gesendet wurde, konnte es nicht angenommen werden. Bitte öffnen Sie den Link der E-Mail noch einmal: Er zeigt den Stand.",
    address_text: "Unter dieser Adresse gibt es keine Seite. Bitte prüfen Sie die Adresse.",
    large: "Zu viele Daten",
    large_text: "Die Daten wurden nicht gespeichert, weil sie zu umfangreich sind. Bitte gehen Sie zurück und kürzen Sie sie.",
    refused_text: "Die Daten konnten nicht angenommen werden. Bitte gehen Sie zurück und prüfen Sie sie.",
  },
  fr: {
    nothing: "Il n’y a rien ici",
    nothing_text:
      "Ce lien ne mène nulle part, ou n’est plus valable. Veuillez ouvrir le lien complet du dernier e-mail, ou vous adresser à l’expéditeur.",
    many: "Trop de requêtes",
    many_text: "Veuillez réessayer dans {wait}. Ce que vous venez peut-être d’envoyer n’a pas été pris en compte.",
    failed: "Cela n’a pas fonctionné",
    failed_text:
      "Un problème est survenu de notre côté. Veuillez rouvrir le lien un peu plus tard : il montre si votre réponse est arrivée.",
    wrong_text: "L’envoi n’a pas pu être pris en compte. Veuillez rouvrir le lien de l’e-mail : il montre où en sont les choses.",
    address_text: "Aucune page n’existe à cette adresse. Veuillez vérifier l’adresse.",
    large: "Trop de données",
    large_text:
      "Les données n’ont pas été enregistrées, car elles sont trop volumineuses. Revenez en arrière et raccourcissez-les.",
    refused_text: "Les données n’ont pas pu être acceptées. Revenez en arrière et vérifiez-les.",
  },
  es: {
    nothing: "Aquí no hay nada",
    nothing_text:
      "Este enlace no lleva a ninguna parte o ya no es válido. Abra el enlace completo del último correo o pregunte a quien se lo envió.",
    many: "Demasiadas solicitudes",
    many_text: "Vuelva a intentarlo dentro de {wait}. Lo que acaba de enviar, si envió algo, no se ha recibido.",
    failed: "No ha funcionado",
    failed_text:
      "Ha ocurrido un problema por nuestra parte. Abra el enlace un poco más tarde: muestra si su respuesta ha llegado.",
    wrong_text: "No se pudo aceptar lo enviado. Abra de nuevo el enlace del correo: muestra el estado actual.",
    address_text: "No hay ninguna página en esta dirección. Compruebe la dirección.",
    large: "Demasiados datos",
    large_text: "Los datos no se han guardado porque son demasiado extensos. Vuelva atrás y acórtelos.",
    refused_text: "No se han podido aceptar los datos. Vuelva atrás y revíselos.",
  },
  it: {
    nothing: "Pagina non trovata",
    nothing_text:
      "Questo link non è valido o non lo è più. La preghiamo di aprire il link completo dell’ultima e-mail o di rivolgersi al mittente.",
    many: "Troppe richieste",
    many_text: "La preghiamo di riprovare tra {wait}. I dati appena inviati non sono stati salvati.",
    failed: "Richiesta non riuscita",
    failed_text:
      "Si è verificato un errore da parte nostra. La preghiamo di riaprire il link un po’ più tardi: mostra se la Sua risposta è arrivata.",
    wrong_text: "Non è stato possibile accettare i dati. La preghiamo di riaprire il link dell’e-mail: mostra lo stato attuale.",
    address_text: "A questo indirizzo non c’è alcuna pagina. Controlli l’indirizzo.",
    large: "Troppi dati",
    large_text: "I dati non sono stati salvati perché sono troppo estesi. Torni indietro e li abbrevi.",
    refused_text: "Non è stato possibile accettare i dati. Torni indietro e li controlli.",
  },
  ar: {
    nothing: "لا يوجد شيء هنا",
    nothing_text: "هذا الرابط لا يؤدي إلى شيء، أو لم يعد صالحًا. يرجى فتح الرابط كاملًا من آخر رسالة، أو سؤال من أرسله إليك.",
    many: "طلبات كثيرة جدًا",
    many_text: "يرجى المحاولة مرة أخرى بعد {wait}. ما أرسلته الآن، إن أرسلت شيئًا، لم يُستلم.",
    failed: "لم ينجح ذلك",
    failed_text: "حدث خطأ من جانبنا. يرجى فتح الرابط مرة أخرى بعد قليل: ستظهر الصفحة ما إذا كان ردك قد وصل.",
    wrong_text: "تعذر قبول ما أُرسل. يرجى فتح رابط الرسالة مرة أخرى: ستظهر الصفحة الحالة الراهنة.",
    address_text: "لا توجد صفحة على هذا العنوان. يُرجى التحقق من العنوان.",
    large: "البيانات كبيرة جدًا",
    large_text: "لم تُحفظ البيانات لأنها كبيرة جدًا. يُرجى الرجوع واختصارها.",
    refused_text: "تعذّر قبول البيانات. يُرجى الرجوع ومراجعتها.",
  },
  ja: {
    nothing: "ページが見つかりません",
    nothing_text: "このリンクは無効か、すでに使えません。最新のメールのリンク全体を開くか、送信者にお問い合わせください。",
    many: "アクセスが多すぎます",
    many_text: "{wait}後にもう一度お試しください。今お送りになった内容は受け付けられていません。",
    failed: "処理できませんでした",
    failed_text: "こちら側で問題が発生しました。しばらくしてからリンクを開き直し、ご回答が届いているかご確認ください。",
    wrong_text: "送信された内容を受け付けられませんでした。メールのリンクを開き直し、現在の状況をご確認ください。",
    address_text: "このアドレスにはページがありません。アドレスをご確認ください。",
    large: "データが大きすぎます",
    large_text: "データが大きすぎるため、保存されませんでした。前のページに戻って短くしてください。",
    refused_text: "データを受け付けられませんでした。前のページに戻ってご確認ください。",
  },
  "zh-Hans": {
    nothing: "此处没有内容",
    nothing_text: "此链接无效或已失效。请打开最新邮件中的完整链接，或联系发件人。",
    many: "请求过多",
    many_text: "请在 {wait}后重试。您刚才发送的内容未被接收。",
    failed: "操作未成功",
    failed_text: "我们这边出了问题。请稍后重新打开链接，页面会显示您的答复是否已送达。",
    wrong_text: "无法接收所发送的内容。请重新打开邮件中的链接，查看当前状态。",
    address_text: "此地址没有页面。请检查地址。",
    large: "数据过大",
    large_text: "数据过大，未被保存。请返回并缩短内容。",
    refused_text: "无法接收这些数据。请返回检查。",
  },
  "zh-Hant": {
    nothing: "此處沒有內容",
    nothing_text: "此連結無效或已失效。請開啟最新郵件中的完整連結，或聯絡寄件人。",
    many: "要求過多",
    many_text: "請在 {wait}後重試。您剛才送出的內容未被接收。",
    failed: "操作未成功",
    failed_text: "我們這邊發生問題。請稍後重新開啟連結，頁面會顯示您的答覆是否已送達。",
    wrong_text: "無法接收所送出的內容。請重新開啟郵件中的連結，查看目前狀態。",
    address_text: "此網址沒有頁面。請檢查網址。",
    large: "資料過大",
    large_text: "資料過大，未被儲存。請返回並縮短內容。",
    refused_text: "無法接收這些資料。請返回檢查。",
  },
  ko: {
    nothing: "여기에는 아무것도 없습니다",
    nothing_text: "이 링크는 잘못되었거나 더 이상 유효하지 않습니다. 최근 메일의 전체 링크를 열거나 보낸 분께 문의해 주세요.",
    many: "요청이 너무 많습니다",
    many_text: "{wait} 후에 다시 시도해 주세요. 방금 보내신 내용은 접수되지 않았습니다.",
    failed: "처리하지 못했습니다",
    failed_text: "저희 쪽에서 문제가 발생했습니다. 잠시 후 링크를 다시 열어 답변이 도착했는지 확인해 주세요.",
    wrong_text: "보내신 내용을 접수할 수 없습니다. 메일의 링크를 다시 열어 현재 상태를 확인해 주세요.",
    address_text: "이 주소에는 페이지가 없습니다. 주소를 확인해 주세요.",
    large: "데이터가 너무 큽니다",
    large_text: "데이터가 너무 커서 저장되지 않았습니다. 뒤로 돌아가 내용을 줄여 주세요.",
    refused_text: "데이터를 받을 수 없습니다. 뒤로 돌아가 확인해 주세요.",
  },
};

/**
 * Returns the error page of a link. It is in the language of the offer if the link was valid, or else in one that the reader's
 * browser asks for. A page for NOT_FOUND depends on the browser alone, so that it is the same for all links and does not tell
 * whether one ever existed.
 */
export function linkFailurePage(failure: Failure, request: Request): RawResponse {
  const language = resolveLanguage(failure, request);
  const { nothing_text, wrong_text, ...texts } = words[language];
  return renderFailure(failure, request, language, { ...texts, missing_text: nothing_text, wrong_text });
}

/**
 * Returns the error page of an address that is no link of a mail, such as that of a form. It names what is wrong with the data. `options` are those
 * of the page that failed.
 */
export async function addressFailurePage(failure: Failure, request: Request, options: PageOptions = {}): Promise<RawResponse> {
  const language = resolveLanguage(failure, request);
  const { address_text, refused_text, ...texts } = words[language];
  const { translate } = await loadErrorLanguage(language);
  const problems = failure.code === "VALIDATION_ERROR" ? failure.details : [];
  const list = problems.map(({ field, message }) => html`<li><bdi>${field}</bdi>: ${translate(message)}</li>`);
  const more = problems.length === 0 ? undefined : html`<ul>${list}</ul>`;
  return renderFailure(
    failure,
    request,
    language,
    { ...texts, missing_text: address_text, wrong_text: refused_text },
    more,
    options,
  );
}

function resolveLanguage({ code }: Failure, { language, languages }: Request): Language {
  const pageLanguage = language !== undefined && code !== "NOT_FOUND" ? matchLanguage(language) : undefined;
  return pageLanguage ?? negotiateLanguage(languages ?? "") ?? "en";
}

interface FailureTexts extends Omit<Words, "nothing_text" | "address_text" | "refused_text"> {
  missing_text: string;
}

function renderFailure(
  { code, retryAfter = 60 }: Failure,
  { brand }: Request,
  language: Language,
  texts: FailureTexts,
  more?: Markup,
  options: PageOptions = {},
): RawResponse {
  const [title, text] = selectTexts(code, texts);
  const body = html`<p>${fillPlaceholders(text, { wait: formatWait(retryAfter, language) })}</p>${more}`;
  return renderPage(title, body, httpStatusByCode[code], { ...options, language, brand: code === "NOT_FOUND" ? null : brand });
}

function selectTexts(
  code: Failure["code"],
  { nothing, many, failed, large, ...texts }: FailureTexts,
): readonly [title: string, text: string] {
  if (code === "NOT_FOUND") return [nothing, texts.missing_text];
  if (code === "RATE_LIMITED") return [many, texts.many_text];
  if (code === "PAYLOAD_TOO_LARGE") return [large, texts.large_text];
  return [failed, code === "INTERNAL" || code === "UNAVAILABLE" ? texts.failed_text : texts.wrong_text];
}

/** Formats seconds as people say them; from two minutes on in minutes. */
function formatWait(seconds: number, language: Language): string {
  const [unit, count] = seconds < 120 ? ["second", seconds] : ["minute", Math.ceil(seconds / 60)];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

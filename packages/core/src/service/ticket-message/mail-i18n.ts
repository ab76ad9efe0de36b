import type { Language } from "../../kernel/language.ts";

/** The standard texts of mails about tickets, in each supported language. */
export interface Translations {
  above: string;
  /** Confirms an incoming mail. `{number}` is the number of its ticket. */
  received: string;
  /** The texts before and after the article of an automatic answer. */
  found: string;
  otherwise: string;
}

export const translations: Readonly<Record<Language, Translations>> = {
  en: {
    above: "Please write your answer above this line",
    received: "Thank you for your message. It has the number {number}; somebody will answer you.",
    found: "This may answer your question:",
    otherwise: "If it does not, you need not do anything: somebody will answer you.",
  },
  de: {
    above: "Bitte schreiben Sie Ihre Antwort über diese Zeile",
    received: "Vielen Dank für Ihre Nachricht. Sie hat die Nummer {number}; jemand wird Ihnen antworten.",
    found: "Das beantwortet vielleicht Ihre Frage:",
    otherwise: "Wenn nicht, müssen Sie nichts tun: Jemand wird Ihnen antworten.",
  },
  fr: {
    above: "Veuillez écrire votre réponse au-dessus de cette ligne",
    received: "Merci de votre message. Il porte le numéro {number} ; nous allons vous répondre.",
    found: "Ceci répond peut-être à votre question :",
    otherwise: "Sinon, vous n’avez rien à faire : nous allons vous répondre.",
  },
  es: {
    above: "Escriba su respuesta encima de esta línea",
    received: "Gracias por su mensaje. Tiene el número {number}; le responderemos.",
    found: "Quizá esto responda a su pregunta:",
    otherwise: "Si no es así, no tiene que hacer nada: le responderemos.",
  },
  ar: {
    above: "يرجى كتابة ردكم فوق هذا السطر",
    received: "شكرًا على رسالتكم. رقمها {number}، وسنرد عليكم.",
    found: "قد يجيب هذا عن سؤالكم:",
    otherwise: "وإن لم يكن كذلك فلا حاجة إلى أي إجراء: سنرد عليكم.",
  },
  ja: {
    above: "ご返信はこの行より上にご記入ください",
    received: "お問い合わせありがとうございます。受付番号は {number} です。担当者よりご返信いたします。",
    found: "ご質問の答えになるかもしれない記事です:",
    otherwise: "解決しない場合も、お手続きは不要です。担当者よりご返信いたします。",
  },
  "zh-Hans": {
    above: "请在此行上方回复",
    received: "感谢您的来信。编号为 {number}，我们会回复您。",
    found: "以下内容也许能回答您的问题：",
    otherwise: "如果没有，您无需任何操作，我们会回复您。",
  },
  "zh-Hant": {
    above: "請在此行上方回覆",
    received: "感謝您的來信。編號為 {number}，我們會回覆您。",
    found: "以下內容也許能回答您的問題：",
    otherwise: "如果沒有，您無須任何操作，我們會回覆您。",
  },
  ko: {
    above: "이 줄 위에 답장을 작성해 주세요",
    received: "문의해 주셔서 감사합니다. 접수 번호는 {number}이며 담당자가 답변드리겠습니다.",
    found: "다음 글이 질문에 도움이 될 수 있습니다:",
    otherwise: "도움이 되지 않더라도 따로 하실 일은 없습니다. 담당자가 답변드리겠습니다.",
  },
};

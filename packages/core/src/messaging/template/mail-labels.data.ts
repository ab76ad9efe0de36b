import type { Language } from "../../kernel/language.ts";

/** Labels of the link with which a reader chooses what they get. */
export const preferencesLabels: Readonly<Record<Language, string>> = {
  en: "Unsubscribe or choose what you get",
  de: "Abbestellen oder Inhalte auswählen",
  fr: "Se désabonner ou choisir ses messages",
  es: "Darse de baja o elegir los mensajes",
  it: "Annulla l’iscrizione o scegli i messaggi",
  ar: "إلغاء الاشتراك أو اختيار الرسائل",
  ja: "配信停止・受信内容の変更",
  "zh-Hans": "退订或选择接收内容",
  "zh-Hant": "取消訂閱或選擇接收內容",
  ko: "수신 거부 또는 수신 항목 선택",
};

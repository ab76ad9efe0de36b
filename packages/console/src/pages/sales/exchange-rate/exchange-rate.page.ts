import { definePage } from "../../../api/page-manifest.ts";

export const exchangeRate = definePage({ kind: "exchange_rate", importing: { canExist: true } });

import { serves } from "../http/function.ts";
import { exchangeRates } from "./exchange-rates.ts";

export const products = serves([...exchangeRates], { uses: ["domains", "objects:uploads:put", "objects:uploads:get"] });

/** Usual names of columns in files of orders and of their lines, in English, German and French. */

const splitNames = (...lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split(", "));

type ColumnNames = Readonly<Record<string, readonly string[]>>;

const orderNumberNames = splitNames(
  "order no, order nr, order id, sales id, sales order, auftragsnummer, auftrags nr, auftragsnr, auftrag, bestellnummer, bestell nr",
  "bestellnr, bestellung, numéro de commande",
);
const taxNames = splitNames(
  "vat, vat rate, tax rate, mwst, mwst satz, mehrwertsteuer, mehrwertsteuersatz, ust, ust satz, umsatzsteuer, umsatzsteuersatz, steuersatz",
);
const discountNames = splitNames("discount, discount rate, rabatt, rabatt in prozent, rabattsatz, nachlass");

export const orderColumnNames: ColumnNames = {
  customer_id: splitNames(
    "customer, customer email, contact id, kunde, kundennummer, kunden nr, kundennr, kundenname, käufer, besteller",
  ),
  order_number: orderNumberNames,
  order_date: splitNames("date, order placed, bestelldatum, auftragsdatum, kaufdatum, datum, date de commande"),
  customer_reference: splitNames("purchase order, po number, referenz, kundenreferenz, ihr zeichen, bestellreferenz"),
  amount: splitNames("net amount, net total, nettobetrag, netto, nettosumme, bestellwert"),
  tax_percent: taxNames,
  discount_percent: discountNames,
  shipping_amount: splitNames("shipping, shipping cost, versand, versandkosten, lieferkosten"),
  status: splitNames("order status, auftragsstatus, bestellstatus"),
  payment_terms: splitNames("zahlungsbedingungen, zahlungsziel"),
  delivery_terms: splitNames("lieferbedingungen"),
  payment_state: splitNames("payment status, zahlungsstatus, zahlstatus"),
  paid_amount: splitNames("amount paid, paid, bezahlt, bezahlter betrag, gezahlt, zahlbetrag"),
  paid_date: splitNames("payment date, paid on, bezahlt am, zahlungsdatum, zahldatum, zahlungseingang"),
  payment_method_id: splitNames("payment method, payment type, zahlungsart, zahlart, zahlungsmethode, zahlungsweise"),
  transaction_id: splitNames("transaction number, transaktion, transaktionsnummer, transaktions id, zahlungsreferenz"),
  project_id: splitNames("projekt"),
};

export const orderItemColumnNames: ColumnNames = {
  order_number: orderNumberNames,
  product_id: splitNames(
    "product, sku, item no, item number, article, artikel, artikelnummer, artikel nr, artikelnr, produkt, produktnummer",
  ),
  name: splitNames("item name, product name, bezeichnung, artikelbezeichnung, artikelname, produktname"),
  description: splitNames("beschreibung, artikelbeschreibung"),
  quantity: splitNames("qty, count, menge, anzahl, stückzahl, stück, quantité"),
  unit_price: splitNames("price, einzelpreis, stückpreis, preis, preis pro stück"),
  line_amount: splitNames("line price, line total, amount, betrag, gesamtpreis, positionsbetrag, positionssumme, gesamt"),
  discount_percent: discountNames,
  tax_percent: taxNames,
  section: splitNames("abschnitt, gruppe"),
};

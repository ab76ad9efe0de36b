import { headerWords, joinWords, type Synonyms } from "./header.rules.ts";

const splitNames = (...lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split(", "));

const streetNames = splitNames(
  "street, street address, address, address line 1, address 1, address street, street 1, street line 1, mailing address",
  "straße, strasse, straße und hausnummer, straße hausnummer, straße hausnr, straße nr, str, adresse, anschrift, adresszeile 1",
  "rue, adresse postale, adresse ligne 1, calle, dirección, direccion, domicilio, via, indirizzo, rua, endereço, morada, logradouro",
  "straat, adres, straat en huisnummer, adresregel 1, ulica, sokak, cadde, gata, gatuadress, adress, 住所, 番地, 地址, 街道, 详细地址",
);

const contactIdNames = splitNames(
  "contact id, person id, external key, contact key, person key, customer key, record id contact, contact record id",
  "kontakt id, kontakt nr, personen id, id contact, id contacto, id contatto, id contato, contact nummer, 联系人id, 顧客id",
);

/** Usual names of a company column. In records of customers, the column names the customer. */
export const companyNames = splitNames(
  "company, company name, company account, organization, organisation, organization name, organisation name, account name, account",
  "associated company, organization 1 name, employer, business name, firm, firma, firmenname, unternehmen, organisationsname, betrieb",
  "arbeitgeber, entreprise, société, societe, nom de la société, nom de l'entreprise, raison sociale, empresa, compañía, compania",
  "nombre de la empresa, razón social, azienda, società, ragione sociale, nome azienda, nome da empresa, razão social, bedrijf",
  "bedrijfsnaam, organisatie, nazwa firmy, przedsiębiorstwo, organizacja, şirket, şirket adı, firma adı, företag, företagsnamn, bolag",
  "会社, 会社名, 企業名, 組織, 公司, 公司名称, 企业名称, 单位, 公司名稱",
);

const revenueNames = splitNames(
  "annual revenue, revenue, yearly revenue, turnover, annual turnover, umsatz, jahresumsatz, chiffre d'affaires",
  "chiffre d'affaires annuel, ingresos anuales, facturación, facturación anual, fatturato, fatturato annuo, receita anual",
  "faturamento, faturamento anual, jaaromzet, omzet, roczny przychód, obrót, yıllık gelir, ciro, årsomsättning, omsättning",
  "年間売上, 売上高, 年商, 年收入, 年营业额",
);

const birthDateNames = splitNames(
  "birth date, birthdate, birthday, date of birth, dob, born, geburtsdatum, geburtstag, geb datum, geboren, date de naissance, né le",
  "anniversaire, fecha de nacimiento, cumpleaños, data di nascita, compleanno, data de nascimento, aniversário, geboortedatum",
  "verjaardag, data urodzenia, urodziny, doğum tarihi, doğum günü, födelsedatum, födelsedag, 生年月日, 誕生日, 出生日期, 生日",
);

/**
 * Usual column names in files: those of Salesforce, HubSpot, Pipedrive, Zoho, Dynamics, Google Contacts and Outlook, and common words in English,
 * German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish, Swedish, Japanese and Chinese. By field name, without `_id`.
 */
export const synonyms: Synonyms = {
  first_name: splitNames(
    "first name, given name, forename, firstname, fname, first, christian name, vorname, rufname, prénom, prenom, primer nombre",
    "nombre de pila, nombres, primo nome, nome próprio, primeiro nome, voornaam, roepnaam, imię, imie, adı, isim, förnamn, fornamn",
    "tilltalsnamn, 名, 下の名前, ファーストネーム",
  ),
  last_name: splitNames(
    "last name, surname, family name, lastname, lname, last, nachname, familienname, zuname, nom de famille, apellido",
    "apellidos, primer apellido, cognome, sobrenome, apelido, último nome, achternaam, familienaam, nazwisko, soyadı, soyad, soyisim",
    "efternamn, 姓, 苗字, ラストネーム, 姓氏",
  ),
  full_name: splitNames(
    "full name, fullname, complete name, contact person, contact name, contact full name, person name, first and last name, name and surname, first name and last name, first last name",
    "vollständiger name, vor und nachname, vorname nachname, vorname und nachname, nom complet, prénom et nom, prénom nom",
    "nombre completo, nombre y apellidos, nombre y apellido, nome completo, nome e cognome, nome e sobrenome, volledige naam",
    "imię i nazwisko, ad soyad, adı soyadı, tam ad, fullständigt namn, för och efternamn, 氏名, 名前, お名前, フルネーム, 姓名, 全名",
  ),
  display_name: splitNames(
    "display name, file as, anzeigename, speichern unter, nom affiché, nombre para mostrar, nome visualizzato, 表示名",
  ),
  title: splitNames(
    "salutation, courtesy title, honorific, honorific prefix, name prefix, prefix, anrede, titel, akademischer titel, civilité",
    "titre, tratamiento, tratamento, titolo, aanhef, titulatuur, tytuł, unvan, 敬称, 称谓",
  ),
  email: splitNames(
    "email, e-mail, emails, email address, e-mail address, mail, email 1, e-mail 1 value, email address 1, e-mail id, primary email, work email",
    "e-mail-adresse, mailadresse, mail adresse, adresse email, adresse e-mail, adresse mail, courriel, adresse courriel, mél, correo",
    "correo electrónico, correo electronico, dirección de correo, dirección de correo electrónico, indirizzo email, indirizzo e-mail",
    "posta elettronica, endereço de email, endereço de e-mail, correio eletrónico, correio eletrônico, e-mailadres, mailadres",
    "adres email, adres e-mail, poczta elektroniczna, e-posta, eposta, e-posta adresi, e-postadress, epostadress, メール",
    "メールアドレス, eメール, 電子メール, 邮箱, 电子邮件, 电子邮箱, 邮件, 郵箱, 電子郵件",
  ),
  phone: splitNames(
    "phone, telephone, tel, phones, phone numbers, direct phone, direct line, phone number, telephone number, phone no, tel no, contact number, phone 1, phone 1 value, work phone, business phone",
    "office phone, primary phone, landline, telefon, telefonnummer, tel nr, rufnummer, festnetz, telefon geschäftlich, téléphone, tél",
    "numéro de téléphone, téléphone fixe, teléfono, telefono, número de teléfono, teléfono fijo, numero di telefono, telefone, fone",
    "número de telefone, telefoon, telefoonnummer, numer telefonu, telefon numarası, 電話, 電話番号, 电话, 电话号码, 電話號碼, 联系电话",
  ),
  mobile: splitNames(
    "mobile, mobile phone, mobile number, mobile phone number, mobile no, cell, cell phone, cellphone, cellular, cell number",
    "phone mobile, telefon mobil, tel mobil, handy, handynummer, mobil, mobiltelefon, mobilnummer, mobile rufnummer, portable, téléphone portable",
    "téléphone mobile, móvil, movil, celular, teléfono móvil, número de móvil, cellulare, telefono cellulare, telemóvel, telemovel",
    "mobiele telefoon, mobiel, mobiel nummer, gsm, komórka, telefon komórkowy, numer komórkowy, cep telefonu, gsm numarası",
    "mobilnummer, 携帯, 携帯電話, 携帯番号, 手机, 手机号, 手机号码, 移动电话",
  ),
  company: companyNames,
  job_title: splitNames(
    "job title, jobtitle, title, position, role, designation, job, occupation, organization 1 title, organization title, job role",
    "berufsbezeichnung, funktion, stellenbezeichnung, jobtitel, beruf, stelle, fonction, poste, intitulé du poste, titre du poste",
    "cargo, puesto, puesto de trabajo, título del puesto, posizione, ruolo, qualifica, mansione, função, functie, functietitel",
    "stanowisko, pozisyon, görev, iş unvanı, befattning, jobbtitel, 役職, 肩書き, 職位, 职位, 职务, 職稱, 头衔",
  ),
  website: splitNames(
    "website, web site, web, url, homepage, home page, web page, website url, company website, website 1 value, site, domain, company domain",
    "webseite, internetseite, internetadresse, webadresse, site web, site internet, sitio web, página web, pagina web, sito web, sito",
    "site da empresa, página da web, webpagina, strona internetowa, strona www, www, web sitesi, internet sitesi, webbplats, hemsida",
    "ウェブサイト, ホームページ, サイト, 网站, 网址, 網站, 主页",
  ),
  street_address: streetNames,
  address_line1: streetNames,
  address_line2: splitNames(
    "address line 2, address 2, street 2, street address 2, street line 2, apartment, suite, apt, extended address, adresszusatz",
    "adresszeile 2, zusatz, complément d'adresse, adresse ligne 2, complemento, piso, interno, toevoeging, adresregel 2, adress 2",
  ),
  city: splitNames(
    "city, town, city town, locality, suburb, ort, stadt, wohnort, ortschaft, ville, commune, ciudad, localidad, población, municipio",
    "città, citta, comune, località, cidade, município, stad, plaats, woonplaats, gemeente, miasto, miejscowość, şehir, sehir, il ilçe",
    "ort, postort, 市, 市区町村, 都市, 城市, 市县",
  ),
  state: splitNames(
    "state, province, region, state province, state region, state code, county, state or province, province region, address region",
    "bundesland, kanton, provinz, état, département, departement, estado, provincia, comunidad autónoma, regione, uf, distrito",
    "provincie, województwo, il, eyalet, bölge, län, delstat, 都道府県, 県, 省, 省份, 州, 州省",
  ),
  postal_code: splitNames(
    "postal code, zip, zip code, zipcode, postcode, post code, zip postal code, postal, zip or postal code, plz, postleitzahl",
    "code postal, cp, código postal, codigo postal, cap, codice postale, codice avviamento postale, cep, código de endereçamento postal",
    "postnummer, kod pocztowy, posta kodu, 郵便番号, 〒, 邮编, 邮政编码, 郵遞區號",
  ),
  country: splitNames(
    "country, country region, country name, country code, nation, land, staat, land region, ländercode, pays, país, pais, paese, nazione",
    "stato nazione, land code, kraj, państwo, ülke, ulke, 国, 国名, 国家, 國家, 国家地区",
  ),
  lead_source: splitNames(
    "lead source, source, original source, leadsource, origin, how did you hear about us, leadquelle, quelle, herkunft, lead herkunft",
    "source du lead, source du prospect, origine, provenance, fuente, origen, fuente del lead, fuente de prospecto, origen del lead",
    "fonte, fonte lead, origine lead, origem, fonte do lead, origem do lead, leadbron, bron, herkomst, źródło, źródło leada, kaynak",
    "müşteri adayı kaynağı, källa, leadkälla, ソース, リードソース, 流入元, 来源, 线索来源, 潜在客户来源",
  ),
  lead_status: splitNames(
    "lead status, status, leadstatus, status reason, lead state, lead stage, statut, statut du lead, état du lead, estado del lead",
    "estado de prospecto, stato lead, stato del lead, status do lead, situação, status leada, durum, müşteri adayı durumu, ステータス",
    "リードステータス, リード状況, 状态, 线索状态, 潜在客户状态",
  ),
  owner: splitNames(
    "owner, lead owner, contact owner, record owner, owner id, owner email, owner name, assigned to, assignee, sales rep, account owner",
    "sales owner, sales agent, sales person, salesperson, seller, verkäufer, vertriebsmitarbeiter, inhaber, besitzer, zuständig, zuständiger, bearbeiter, betreuer, verantwortlicher, lead inhaber, propriétaire",
    "responsable, attribué à, propietario, asignado a, proprietario, assegnato a, responsabile, proprietário, responsável, eigenaar",
    "toegewezen aan, właściciel, opiekun, przypisany do, sahip, sahibi, sorumlu, ägare, ansvarig, 所有者, 担当者, 負責人, 负责人",
  ),
  budget: splitNames(
    "budget, budget amount, est budget, estimated budget, estimated value, est value, deal value, lead value, opportunity amount, expected value",
    "budget estimé, budgetbetrag, presupuesto, orçamento, orcamento, preventivo, begroting, budżet, bütçe, budjet, 予算, 预算, 預算",
  ),
  currency: splitNames(
    "currency, currency code, currency iso code, lead currency, währung, devise, monnaie, moneda, divisa, valuta, moeda, waluta, para birimi",
    "通貨, 币种, 货币",
  ),
  authority: splitNames(
    "decision maker, entscheider, décideur, responsable de la decisión, decisore, decisor, beslisser, decydent, 決裁者, 决策人",
  ),
  need: splitNames(
    "needs, requirement, requirements, bedarf, besoin, besoins, necesidad, esigenza, necessidade, behoefte, potrzeby, ニーズ, 需求",
  ),
  timeline: splitNames(
    "timeframe, time frame, purchase timeframe, purchase timeline, zeitrahmen, kaufzeitraum, échéance, plazo, tempistica, prazo",
  ),
  description: splitNames(
    "description, details, lead description, about, beschreibung, descripción, descripcion, descrizione, descrição, omschrijving",
    "beschrijving, opis, açıklama, aciklama, beskrivning, 説明, 詳細, 描述, 说明",
  ),
  notes: splitNames(
    "notes, note, comments, comment, remarks, remark, memo, message, notizen, notiz, bemerkung, bemerkungen, kommentar, anmerkungen",
    "remarques, commentaires, commentaire, notas, nota, observaciones, comentarios, annotazioni, commenti, observações, comentários",
    "notities, opmerkingen, notatki, uwagi, notlar, not, anteckningar, anteckning, メモ, 備考, 备注, 備註, 注释",
  ),
  tags: splitNames(
    "tags, tag, labels, label, categories, category, group membership, groups, keywords, lead labels, schlagwörter, schlagworte, kategorien",
    "etiketten, étiquettes, mots clés, catégories, etiquetas, categorías, etichette, categorie, categorias, labels, tagi, etykiety, kategorie",
    "etiketler, taggar, etiketter, kategorier, タグ, ラベル, 标签, 標籤, 分类",
  ),
  birth_date: birthDateNames,
  birthdate: birthDateNames,
  external_id: splitNames(
    "external id, customer id, client id, customer number, customer no, client number, customer code, kundennummer, kunden nr, kundennr",
    "numéro client, n° client, id client, id cliente, número de cliente, codice cliente, klantnummer, klant id, numer klienta, müşteri no",
    "contact id 18, account id, hs object id, hubspot id, hubspot contact id, contact vid, vid, salesforce id, sfdc id, crm id, zoho id",
    "pipedrive id, person id pipedrive, entry id, outlook id, google id, uid, 顧客番号, お客様番号, 客户编号, 客戶編號",
    "lead id, record id, id, external identifier, legacy id, lead number, lead record id, record id lead, foreign id",
    "externe id, lead nr, leadnummer, datensatz id, id externe, id externo, id esterno, id lead, zewnętrzne id, harici id, externt id",
    "外部id, リードid, 线索id, 编号",
  ),
  external_key: contactIdNames,
  created_at: splitNames(
    "created at, created date, create date, date created, created, created on, created time, creation date, date added, lead created",
    "lead lead created, date entered, erstellt am, erstellungsdatum, angelegt am, erstelldatum, date de création, créé le",
    "fecha de creación, creado el, data di creazione, creato il, data de criação, criado em, aanmaakdatum, aangemaakt op",
    "data utworzenia, utworzono, oluşturma tarihi, oluşturulma tarihi, skapad, skapad datum, 作成日, 作成日時, 登録日, 创建时间, 创建日期",
  ),
  industry: splitNames(
    "industry, industry type, sector, line of business, branche, industrie, wirtschaftszweig, secteur, secteur d'activité, industria",
    "settore, ramo, setor, segmento, bedrijfstak, branża, branza, sektör, bransch, 業種, 業界, 行业, 產業",
  ),
  employee_count: splitNames(
    "employees, number of employees, no of employees, employee count, num employees, numberofemployees, headcount, staff",
    "mitarbeiter, mitarbeiterzahl, anzahl mitarbeiter, anzahl der mitarbeiter, beschäftigte, effectif, effectifs, nombre d'employés",
    "nombre de salariés, empleados, número de empleados, dipendenti, numero di dipendenti, numero dipendenti, funcionários",
    "número de funcionários, nº de funcionários, medewerkers, aantal medewerkers, aantal werknemers, liczba pracowników",
    "çalışan sayısı, antal anställda, anställda, 従業員数, 员工数, 员工人数, 員工人數",
  ),
  company_size: splitNames(
    "company size, size of company, organization size, firmengröße, unternehmensgröße, taille de l'entreprise, tamaño de la empresa",
    "dimensione azienda, tamanho da empresa, porte da empresa, bedrijfsgrootte, wielkość firmy, şirket büyüklüğü, företagsstorlek",
    "会社規模, 企業規模, 公司规模",
  ),
  annual_revenue: revenueNames,
  annual_revenue_range: [
    ...splitNames(
      "revenue range, revenue band, revenue class, umsatzklasse, umsatzgrößenklasse, umsatzspanne, tranche de chiffre d'affaires, rango de ingresos",
    ),
    ...revenueNames,
  ],
  tax_id: splitNames(
    "tax number, tax no, tax identification number, tax code, tin, vat, vat number, vat no, vat id, vat registration number, ein",
    "steuernummer, steuer nr, steuer id, ust id, ust idnr, ust id nr, ustid, umsatzsteuer id, umsatzsteuer identifikationsnummer, uid nummer",
    "numéro de tva, n° tva, numéro fiscal, siren, siret, nif, cif, número fiscal, partita iva, p iva, codice fiscale, cnpj, btw nummer",
    "btw id, nip, numer nip, vergi numarası, vergi no, organisationsnummer, org nr, momsnummer, 法人番号, 税号, 纳税人识别号, 統一編號",
  ),
  stage: splitNames(
    "stage, deal stage, opportunity stage, sales stage, pipeline stage, phase, verkaufsphase, verkaufsstufe, vertriebsphase, étape",
    "étape de vente, etapa, etapa de venta, fase, fase di vendita, etapa da venda, verkoopfase, etap, etap sprzedaży, aşama, säljfas, 商談フェーズ, 销售阶段",
  ),
  amount: splitNames(
    "amount, close value, closed value, deal value, deal amount, deal size, opportunity amount, opportunity value, value, betrag, auftragswert",
    "auftragsvolumen, wert, montant, valeur, importe, importe de la oportunidad, valor, importo, valore, valor do negócio, bedrag, waarde, kwota, wartość",
    "tutar, belopp, värde, 金額, 金额",
  ),
  founding_year: splitNames(
    "year established, year founded, founded, established, gründungsjahr, année de création, año de fundación, anno di fondazione, ano de fundação",
    "oprichtingsjaar, rok założenia, kuruluş yılı, grundat år, 設立年, 成立年份",
  ),
  parent_customer: splitNames(
    "parent account, parent company, parent organization, subsidiary of, muttergesellschaft, mutterunternehmen, société mère, empresa matriz",
    "società madre, empresa mãe, moedermaatschappij, spółka matka, ana şirket, moderbolag, 親会社, 母公司",
  ),
  territory: splitNames(
    "territory, sales territory, sales region, gebiet, vertriebsgebiet, territoire, territorio, território, regio, terytorium, 担当地域, 区域",
  ),
  is_qualified: splitNames(
    "qualified, lead qualified, qualifiziert, qualifié, calificado, qualificato, qualificado, gekwalificeerd, 已确认",
  ),
  email_opt_out: splitNames(
    "email opt out, opted out of email, has opted out of email, email optout, do not email, do not allow emails, email unsubscribed",
    "unsubscribed from all email, unsubscribed from email, keine e-mails, e-mail abgemeldet, désinscrit des e-mails, no enviar correo",
  ),
  phone_opt_out: splitNames(
    "phone opt out, do not call, donotcall, do not allow phone calls, opted out of phone, keine anrufe, ne pas appeler, no llamar",
  ),
  last_contact_date: splitNames(
    "last contacted, last contact, last contact date, last contacted date, date last contacted, letzter kontakt, zuletzt kontaktiert",
    "dernier contact, date du dernier contact, último contacto, ultimo contatto, último contato, laatste contact, ostatni kontakt, son temas, senast kontaktad",
  ),
  next_contact_date: splitNames(
    "next contact, next contact date, follow up date, next follow up, next activity date, callback date, wiedervorlage, nächster kontakt",
    "prochain contact, date de relance, próximo contacto, prossimo contatto, próximo contato, volgend contact, następny kontakt",
  ),
  follow_up_priority: splitNames(
    "follow up priority, priority, lead priority, priorität, priorité, prioridad, priorità, prioridade, prioriteit, priorytet, öncelik",
  ),
  product_line: splitNames("product line, produktlinie, sparte, ligne de produits, línea de producto, linea di prodotto"),
  preferred_contact_method: splitNames(
    "preferred contact method, preferred method of contact, preferred channel, preferred contact channel, bevorzugter kontaktweg",
  ),
  document_type: splitNames("id type, identification type, ausweisart, type de document, tipo de documento, tipo documento"),
};

let columnNames: ReadonlySet<string> | undefined;

/** Whether a header is a usual name of a column. */
export function isColumnName(header: string): boolean {
  columnNames ??= new Set(
    Object.values(synonyms)
      .flat()
      .map((name) => joinWords(headerWords(name))),
  );
  return columnNames.has(joinWords(headerWords(header)));
}

/** Words of usual headers with letters beyond ASCII; built once. */
let nonAsciiHeaderWords: ReadonlySet<string> | undefined;

/** Whether a word occurs in usual headers. If decoded text contains such words, its encoding was guessed correctly. */
export function isHeaderWord(word: string): boolean {
  nonAsciiHeaderWords ??= new Set(
    Object.values(synonyms)
      .flat()
      .flatMap((name) => name.toLowerCase().split(" "))
      .filter((headerWord) => headerWord.length > 1 && /[^\p{ASCII}]/u.test(headerWord)),
  );
  return nonAsciiHeaderWords.has(word.toLowerCase());
}

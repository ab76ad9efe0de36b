import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type NavigateOptions, useRouter, useRouterState } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { crm } from "../../api/client.ts";
import { publicCrm } from "../../api/public-client.ts";
import { ME_KEY } from "../../api/session.ts";
import { draftKey } from "../../input/form/draft-store.ts";
import { bindText, type FormState, useFormState } from "../../input/form/form-state.ts";
import { PasswordField } from "../../input/form/password-field.tsx";
import { listCountries, listCurrencies } from "../../ui/i18n/country-list.ts";
import { listTimeZones } from "../../ui/i18n/time-zones.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { Combobox } from "../../ui/kit/combobox.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { TextField } from "../../ui/kit/text-field.tsx";
import { buildCompanySlug } from "./company-slug.ts";
import { EntryPage } from "./entry-page.tsx";
import { readSignInOptions } from "./sign-in-options.ts";

const useSignInOptions = (country?: string) =>
  useQuery({
    queryKey: ["sign-in-options", country ?? ""],
    queryFn: () => readSignInOptions(country),
    retry: false,
    placeholderData: (before) => before,
  });

/** Whether a sign-up link is valid. Undefined without a link, and until it is known. */
const useSignupLink = (token: string) =>
  useQuery({
    queryKey: ["signup-link", token],
    queryFn: () =>
      publicCrm.request("POST", "/api/v1/auth/signup/link", { body: { token } }).then(
        () => true,
        () => false,
      ),
    enabled: token !== "",
    retry: false,
  });

/** Creates a company with its first user. Where sign-up is not open, it takes the link of the operator. */
export function SignUpPage() {
  const t = useText();
  const token = useRouterState({ select: ({ location }) => location.hash });
  const options = useSignInOptions();
  const link = useSignupLink(token);
  if (options.isPending || link.isLoading) return null;
  if (link.data !== true && options.data?.signup !== "open")
    return (
      <EntryPage title={t("You need a link to sign up")}>
        <p className="text-control text-text-muted">
          {token === ""
            ? t("On this server, companies are created with a link.")
            : t("This link was used before or has expired.")}
        </p>
        <p className="text-control text-text-muted">
          {t("The person who runs the server can give you a link.")}{" "}
          {options.data?.is_empty ? null : t("To join a company, ask its administrator for an invitation.")}
        </p>
        <SignInLink />
      </EntryPage>
    );
  return <SignUpForm token={link.data === true ? token : undefined} />;
}

function SignInLink() {
  const t = useText();
  return (
    <span className="text-control">
      <Link variant="value" href="/crm/">
        {t("Back to sign-in")}
      </Link>
    </span>
  );
}

/** The errors of a person's name stand at the one field for it. */
const readNameError = ({ full_name, first_name, last_name }: FormState["errors"]["fields"]): string | undefined =>
  full_name ?? first_name ?? last_name;

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A reload loses only the password. */
const signUpDraft = { key: draftKey([], "sign-up"), secretFields: new Set(["password"]) };

function SignUpForm({ token }: { readonly token: string | undefined }) {
  const t = useText();
  const { locale } = useLocale();
  const queries = useQueryClient();
  const router = useRouter();
  const form = useFormState({}, t, signUpDraft);
  const [suffix] = useState(() => crypto.randomUUID().slice(0, 6));
  const [{ countries, currencies, zones }] = useState(() => ({
    countries: listCountries(locale),
    currencies: listCurrencies(locale),
    zones: listTimeZones(["UTC"]),
  }));
  const [isSlugAsked, setSlugAsked] = useState(false);
  const { values, errors } = form;
  const chosenCountry = values.default_country === undefined ? undefined : String(values.default_country);
  const { data: options } = useSignInOptions(chosenCountry);
  const suggested = options?.suggested;
  const country = chosenCountry ?? suggested?.default_country;
  const currency = values.currency ?? suggested?.currency;
  // The zone follows the country that the user chooses, if it has one zone.
  const zone = String(values.timezone ?? (chosenCountry === undefined ? undefined : suggested?.timezone) ?? browserZone);
  const slug = String(values.tenant_slug ?? buildCompanySlug(String(values.tenant_name ?? ""), suffix));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (form.isSaving) return;
    const place = {
      timezone: zone,
      ...(country ? { default_country: country } : {}),
      ...(currency ? { currency: String(currency) } : {}),
    };
    const person = { full_name: String(values.full_name ?? ""), email: String(values.email ?? "") };
    const body = {
      ...{ tenant_name: String(values.tenant_name ?? ""), tenant_slug: slug, password: String(values.password ?? "") },
      ...{ ...person, ...place, ...(token === undefined ? {} : { token }) },
    };
    const isDone = await form.submit(() => crm.signUp(body).then(() => true));
    if (!isDone) return setSlugAsked(true);
    form.discard();
    queries.removeQueries({ queryKey: ME_KEY });
    await router.navigate({ href: "/crm/", replace: true } as NavigateOptions);
  };
  return (
    <EntryPage title={t("Create your company")} onSubmit={submit}>
      {errors.form !== undefined && Object.keys(errors.fields).length === 0 ? <Banner kind="danger" title={errors.form} /> : null}
      <TextField label={t("Company name")} autoComplete="organization" {...bindText(form, "tenant_name")} autoFocus />
      {isSlugAsked && (errors.fields.tenant_slug !== undefined || values.tenant_slug !== undefined) ? (
        <TextField
          label={t("Short name")}
          help={t("In addresses of your pages: lower case letters, digits and hyphens")}
          {...bindText(form, "tenant_slug")}
          value={slug}
        />
      ) : null}
      <TextField
        label={t("Your name")}
        autoComplete="name"
        {...bindText(form, "full_name")}
        error={readNameError(errors.fields)}
      />
      <TextField label={t("Email address")} type="email" autoComplete="username" {...bindText(form, "email")} />
      <PasswordField
        form={form}
        name="password"
        label={t("Password")}
        help={t("At least 10 characters. A few words in a row are easy to remember.")}
        isNew
      />
      <Combobox
        label={t("Country")}
        options={countries}
        selectedKey={country ?? null}
        onSelectionChange={(key) => key !== null && form.set("default_country", String(key))}
        error={errors.fields.default_country}
      />
      <Combobox
        label={t("Currency")}
        options={currencies}
        selectedKey={currency === undefined ? null : String(currency)}
        onSelectionChange={(key) => key !== null && form.set("currency", String(key))}
        error={errors.fields.currency}
      />
      <Combobox
        label={t("Time zone")}
        options={zones}
        selectedKey={zone}
        onSelectionChange={(key) => key !== null && form.set("timezone", String(key))}
        error={errors.fields.timezone}
      />
      <Button type="submit" variant="primary" isPending={form.isSaving}>
        {t("Create the company")}
      </Button>
      {options?.is_empty ? null : <SignInLink />}
    </EntryPage>
  );
}

import { ListTree } from "lucide-react";
import type { ReactNode } from "react";
import { useKindIndex } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../ui/kit/menu.tsx";
import { formatRowAddress, type RowRequest, readListPath } from "./row-links.ts";

interface RowAddress {
  readonly label: string;
  readonly href: string;
}

/** Returns the function that finds the lists of the console with the rows of requests: those that the user may read and that have an address. */
export function useRowAddresses(): (requests: readonly RowRequest[]) => RowAddress[] {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  return (requests) => {
    const addresses = requests.flatMap((request): RowAddress[] => {
      const href = formatRowAddress(request);
      if (href === undefined) return [];
      if (request.body === null) return [{ label: t("Report"), href }];
      const kind = kinds.find(({ path }) => path === `/api/v1${readListPath(request)}`);
      return kind ? [{ label: kind.labels, href }] : [];
    });
    return numberLabels(addresses);
  };
}

/** Rows of many owners are in several lists of one kind. */
const numberLabels = (addresses: readonly RowAddress[]): RowAddress[] =>
  addresses.map((address, index) => {
    const before = addresses.slice(0, index).filter(({ label }) => label === address.label).length;
    return before === 0 ? address : { ...address, label: `${address.label} (${before + 1})` };
  });

interface RowsLinkProps {
  /** Names the number, for screen readers. */
  readonly label: string;
  readonly requests: readonly RowRequest[];
  /** The number, for screen readers. Undefined: the children are its text. */
  readonly text?: string;
  /** The number. */
  readonly children: ReactNode;
}

/** A number that opens the rows behind it. A number of rows of several kinds has a menu of their lists. */
export function RowsLink({ label, requests, text, children }: RowsLinkProps) {
  const t = useText();
  const navigate = useNavigate();
  const addresses = useRowAddresses()(requests);
  const [first, ...others] = addresses;
  if (!first) return children;
  if (others.length === 0)
    return (
      <Link variant="heading" href={first.href} aria-label={`${label}: ${text ?? String(children)}`}>
        {children}
      </Link>
    );
  return (
    <span className="inline-flex max-w-full items-center gap-1 tablet:gap-2 in-[td]:flex-row-reverse">
      {/* The parts of an amount stay one text with one baseline. */}
      <span className="min-w-0 max-tablet:whitespace-nowrap">{children}</span>
      {/* The target of a finger reaches over the text and beyond the tile, so that two tiles have room in a row. */}
      <span className="max-tablet:-ms-3 max-tablet:-me-4 max-tablet:-my-3">
        <Menu
          trigger={<IconButton isSmall label={t("Rows of {figure}", { figure: label })} icon={<ListTree />} />}
          onAction={(href) => void navigate({ to: String(href) })}
        >
          {addresses.map((address) => (
            <MenuItem key={address.href} id={address.href} label={address.label} />
          ))}
        </Menu>
      </span>
    </span>
  );
}

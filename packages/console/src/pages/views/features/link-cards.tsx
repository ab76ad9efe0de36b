import { KindIcon } from "../../../frame/shell/kind-icon.tsx";
import { Link } from "../../../ui/kit/link.tsx";

interface LinkCard {
  readonly title: string;
  readonly text: string;
  readonly href: string;
  /** The name of an icon. */
  readonly icon: string;
}

/** Pages, each as a card with a sentence. */
export function LinkCards({ cards }: { readonly cards: readonly LinkCard[] }) {
  return (
    <ul className="grid min-w-0 grid-cols-1 gap-4 tablet:grid-cols-2 desktop:grid-cols-3">
      {cards.map(({ title, text, href, icon }) => (
        <li
          key={href}
          className="relative flex min-w-0 items-start gap-3 rounded-card border border-border bg-surface p-4 hover:bg-hover"
        >
          <span className="flex h-(--text-body--line-height) w-4 shrink-0 items-center justify-center text-text-muted">
            <KindIcon name={icon} />
          </span>
          <span className="flex min-w-0 flex-col gap-1">
            <span className="text-body">
              <Link variant="card" href={href}>
                {title}
              </Link>
            </span>
            <span className="text-control text-text-muted">{text}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

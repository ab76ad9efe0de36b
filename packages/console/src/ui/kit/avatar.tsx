import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { type Hue, hueClasses, hueForText } from "./hue.ts";
import { readInitials } from "./initials.ts";

interface AvatarProps {
  readonly name: string;
  readonly image?: string;
  readonly size?: "small" | "large";
  /** A company is square, a person is round. */
  readonly shape?: "round" | "square";
  /** Shows the name beside the picture. Without it the name is read out and shown on hover. */
  readonly hasName?: boolean;
  /** The name stands beside it already. */
  readonly isDecorative?: boolean;
  /** In place of the hue of the name. */
  readonly hue?: Hue;
}

export function Avatar({ name, image, size = "small", shape = "round", hue = hueForText(name), ...props }: AvatarProps) {
  const { hasName = false, isDecorative = false } = props;
  const t = useText();
  const picture = joinClasses(
    "inline-flex shrink-0 items-center justify-center overflow-hidden ring-1 ring-surface text-meta font-medium select-none",
    shape === "round" ? "rounded-full" : "rounded-small",
    size === "small" ? "size-avatar" : "size-control",
    image === undefined && hueClasses[hue],
  );
  const label =
    hasName || isDecorative ? { "aria-hidden": true } : { role: "img", "aria-label": name.trim() || t("No name"), title: name };
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-2">
      <span className={picture} {...label}>
        {image === undefined ? (
          <Initials name={name} size={size} />
        ) : (
          <img src={image} alt="" className="size-full object-cover" />
        )}
      </span>
      {hasName ? (
        <span dir="auto" className="truncate" title={name}>
          {name}
        </span>
      ) : null}
    </span>
  );
}

/** A small circle has room for one letter. The sheet writes it, so that copied rows have the name alone. */
function Initials({ name, size }: Pick<AvatarProps, "name" | "size">) {
  const initials = readInitials(name);
  return <span data-initials={size === "small" ? [...initials][0] : initials} className="written-initials" />;
}

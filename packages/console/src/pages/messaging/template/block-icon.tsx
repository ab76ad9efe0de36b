import {
  Columns2,
  Heading,
  Image,
  LayoutPanelTop,
  Minus,
  MousePointerClick,
  PanelBottom,
  Pilcrow,
  Share2,
  ShoppingBag,
  UnfoldVertical,
} from "lucide-react";
import type { ReactNode } from "react";

const icons: Readonly<Record<string, ReactNode>> = {
  heading: <Heading />,
  text: <Pilcrow />,
  image: <Image />,
  button: <MousePointerClick />,
  columns: <Columns2 />,
  products: <ShoppingBag />,
  social: <Share2 />,
  divider: <Minus />,
  spacer: <UnfoldVertical />,
  footer: <PanelBottom />,
};

/** The icon of a block by its type. */
export const BlockIcon = ({ type }: { readonly type: string }): ReactNode => icons[type] ?? <LayoutPanelTop />;

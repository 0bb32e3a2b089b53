import { Component, type ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
  /** What stands there after its children have failed while they were drawn. */
  readonly instead: ReactNode;
}

/** A part of the page whose failure takes nothing with it that stands around it. */
export class Caught extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}

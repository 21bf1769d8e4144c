import { Component, type ReactElement, type ReactNode } from "react";
import { useText } from "../text/Text";

interface Props {
  children: ReactNode;
}

function Message({ error }: { error: Error }): ReactElement {
  const { broken: text } = useText().shell;
  return (
    <div className="gate" role="alert">
      <h1>{text.title}</h1>
      <p>{text.text}</p>
      <pre className="broken-detail">{error.message}</pre>
      <button type="button" className="button button-strong" onClick={() => location.reload()}>
        {text.reload}
      </button>
    </div>
  );
}

/** Shows a mistake of the page itself instead of a white screen. */
export class Broken extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <Message error={this.state.error} />;
  }
}

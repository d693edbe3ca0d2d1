package io.trivet.cli.text;

/** The failure of a command; its message is the line for the person. */
public final class CommandFailure extends Exception implements ExplainedFailure {
    private static final long serialVersionUID = 1;

    private final transient Text text;

    public CommandFailure(Text text) {
        super(text.toString());
        this.text = text;
    }

    @Override
    public Text text() {
        return text;
    }
}

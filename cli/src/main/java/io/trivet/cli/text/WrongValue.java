package io.trivet.cli.text;

/** An argument is not a valid value; the code that catches it names the option. */
public final class WrongValue extends IllegalArgumentException implements ExplainedFailure {
    private static final long serialVersionUID = 1;

    private final transient Text text;

    public WrongValue(Text text) {
        super(text.toString());
        this.text = text;
    }

    @Override
    public Text text() {
        return text;
    }
}

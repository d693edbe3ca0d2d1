package io.trivet.cli.text;

/** Somebody else changed a file between the look at it and the change of it, which was not made. */
public final class ChangedMeanwhile extends RuntimeException implements ExplainedFailure {
    private static final long serialVersionUID = 1;

    private final transient Text text;

    /** @param what the file */
    public ChangedMeanwhile(Object what) {
        this(Text.of("{0}: was changed by another meanwhile, and is left as it is: run the command again", what));
    }

    private ChangedMeanwhile(Text text) {
        super(text.toString());
        this.text = text;
    }

    @Override
    public Text text() {
        return text;
    }
}

package io.trivet.cli.text;

import io.trivet.cli.Program;

/**
 * The arguments of a command are invalid or contradict each other; {@link Program} returns exit
 * code 2.
 */
public final class WrongUsage extends RuntimeException implements ExplainedFailure {
    private static final long serialVersionUID = 1;

    private final transient Text text;

    public WrongUsage(Text text) {
        super(text.toString());
        this.text = text;
    }

    @Override
    public Text text() {
        return text;
    }
}

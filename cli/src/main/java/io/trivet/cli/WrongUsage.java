package io.trivet.cli;

/** The arguments of a command make no sense together; {@link Program} answers with exit code 2. */
final class WrongUsage extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1;

    private final transient Text text;

    WrongUsage(Text text) {
        super(text.toString());
        this.text = text;
    }

    @Override
    public Text text() {
        return text;
    }
}

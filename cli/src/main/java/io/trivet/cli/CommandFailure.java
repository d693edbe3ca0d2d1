package io.trivet.cli;

/** A command failed in a way that it can explain: the message is the line for the person. */
final class CommandFailure extends Exception implements Explained {
    private static final long serialVersionUID = 1;

    private final transient Text text;

    CommandFailure(Text text) {
        super(text.toString());
        this.text = text;
    }

    @Override
    public Text text() {
        return text;
    }
}

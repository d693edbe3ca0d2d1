package io.trivet.cli;

/** A word is no value of what it was given for; whoever catches it says of what. */
final class WrongValue extends IllegalArgumentException implements Explained {
    private static final long serialVersionUID = 1;

    private final transient Text text;

    WrongValue(Text text) {
        super(text.toString());
        this.text = text;
    }

    @Override
    public Text text() {
        return text;
    }
}

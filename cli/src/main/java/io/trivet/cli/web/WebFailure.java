package io.trivet.cli.web;

import io.trivet.cli.text.ExplainedFailure;
import io.trivet.cli.text.Text;

/** A request that is refused before the cluster is asked. */
final class WebFailure extends RuntimeException implements ExplainedFailure {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Text text;

    /** {@code status}: of HTTP. */
    WebFailure(int status, Text text) {
        super(text.toString());
        this.status = status;
        this.text = text;
    }

    int status() {
        return status;
    }

    @Override
    public Text text() {
        return text;
    }
}

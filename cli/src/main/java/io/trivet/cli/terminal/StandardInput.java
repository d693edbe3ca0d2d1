package io.trivet.cli.terminal;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.ExplainedFailure;
import io.trivet.cli.text.Text;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Standard input; its exceptions name the stream. One thread. */
final class StandardInput extends FilterInputStream {
    StandardInput(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException e) {
            throw named(e);
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            return super.read(into, offset, length);
        } catch (IOException e) {
            throw named(e);
        }
    }

    private static Failed named(IOException failure) {
        return new Failed(Text.of("standard input: {0}", ErrorMessage.about(failure)), failure);
    }

    private static final class Failed extends IOException implements ExplainedFailure {
        private static final long serialVersionUID = 1;

        private final transient Text text;

        Failed(Text text, IOException cause) {
            super(text.toString(), cause);
            this.text = text;
        }

        @Override
        public Text text() {
            return text;
        }
    }
}

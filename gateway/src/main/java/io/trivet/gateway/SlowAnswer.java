package io.trivet.gateway;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The answer of an operation that may take longer than a client waits for a byte: as S3 does, it
 * begins with status 200, and spaces follow while bytes are copied, so that an error that comes
 * later is told by the document. An operation that is quick has an ordinary answer. One thread.
 */
final class SlowAnswer {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final byte[] DECLARATION =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".getBytes(StandardCharsets.UTF_8);

    private final Exchange exchange;
    private long last = System.nanoTime();
    private boolean begun;

    SlowAnswer(Exchange exchange) {
        this.exchange = exchange;
    }

    /** The same bytes; as they are read the client learns that somebody works. */
    InputStream watched(InputStream source) {
        return new FilterInputStream(source) {
            @Override
            public int read() throws IOException {
                alive();
                return super.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                alive();
                return super.read(bytes, offset, length);
            }
        };
    }

    private void alive() throws IOException {
        if (System.nanoTime() - last < EVERY.toNanos()) {
            return;
        }
        last = System.nanoTime();
        OutputStream out = exchange.stream();
        if (!begun) {
            exchange.beginDocument();
            out.write(DECLARATION);
            begun = true;
        }
        out.write(' ');
        out.flush();
    }

    boolean hasBegun() {
        return begun;
    }

    /** The last of it: also an error where the answer has begun. */
    void finish(byte[] document) throws IOException {
        if (!begun) {
            exchange.document(document);
            return;
        }
        int afterDeclaration = 0;
        while (document[afterDeclaration] != '\n') {
            afterDeclaration++;
        }
        try (OutputStream out = exchange.stream()) {
            out.write(document, afterDeclaration, document.length - afterDeclaration);
        }
    }
}

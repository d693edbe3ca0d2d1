package io.trivet.cli.files;

import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.FileAttributes;
import io.trivet.client.MetadataChange;
import io.trivet.client.TrivetClient;
import io.trivet.model.Attributes;
import io.trivet.model.Condition;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The value of an attribute: bytes, shown as text where they are text. */
record AttributeValue(byte[] bytes) {
    /** Of as many other clients that save the file at the same time, one at least has then ended. */
    private static final int TRIES = 5;

    /** Empty if the bytes are not UTF-8. */
    Optional<String> text() {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** {@code {"text":"..."}} or {@code {"base64":"..."}}. */
    Json json() {
        @Nullable String text = text().orElse(null);
        return text == null
                ? new Json().put("base64", Base64.getEncoder().encodeToString(bytes))
                : new Json().put("text", text);
    }

    /** On one line; other bytes as {@code base64:...}. */
    Text shown() {
        return Text.joined(
                text().orElseGet(() -> "base64:" + Base64.getEncoder().encodeToString(bytes)));
    }

    /**
     * Changes the attributes of a file. If the content is replaced between reading and writing them,
     * tries again, so that those of another content are never put beside it.
     */
    static void change(TrivetClient client, RemotePath path, UnaryOperator<Attributes> change) throws CommandFailure {
        for (int tries = TRIES; ; tries--) {
            FileAttributes before = client.attributes(path);
            Attributes after;
            try {
                after = change.apply(before.attributes());
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(Text.of("{0}: {1}", path, ErrorMessage.reason(e)));
            }
            try {
                client.onlyIf(Condition.unchanged(path, before.record().id()))
                        .setMetadata(path, MetadataChange.NONE.withAttributes(after));
                return;
            } catch (TrivetException e) {
                if (e.kind() != Refusal.Kind.CONDITION_FAILED || tries == 1) {
                    throw e;
                }
            }
        }
    }
}

package io.trivet.gateway;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.model.Attributes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What S3 keeps with an object besides its bytes: the headers of its type and {@code x-amz-meta-*}.
 * They are attributes of the file, under the names of the headers in lower case.
 */
final class ObjectMetadata {
    private static final String USER = "x-amz-meta-";

    /** Bytes of names and values of {@code x-amz-meta-*}, as S3 limits them. */
    private static final int MAX_USER_BYTES = 2 << 10;

    /** By the name in lower case, the header as it is sent. */
    private static final Map<String, String> HEADERS = Map.of(
            "cache-control", "Cache-Control",
            "content-disposition", "Content-Disposition",
            "content-encoding", "Content-Encoding",
            "content-language", "Content-Language",
            "content-type", "Content-Type",
            "expires", "Expires");

    private ObjectMetadata() {}

    /** What a request gives to an object. Throws {@code MetadataTooLarge}. */
    static Attributes of(Exchange exchange) {
        Attributes kept = Attributes.NONE;
        try {
            for (String name : HEADERS.keySet()) {
                Optional<String> value = exchange.header(name).flatMap(text -> kept(name, text));
                if (value.isPresent()) {
                    kept = kept.with(name, value.get());
                }
            }
            int bytes = 0;
            for (Map.Entry<String, List<String>> each :
                    exchange.headersThatBegin(USER).entrySet()) {
                String value = String.join(",", each.getValue());
                bytes += each.getKey().length() - USER.length() + value.getBytes(StandardCharsets.UTF_8).length;
                kept = kept.with(each.getKey(), value);
            }
            if (bytes > MAX_USER_BYTES) {
                throw tooLarge(null);
            }
            kept = ObjectTags.with(kept, ObjectTags.ofHeader(exchange));
            kept.with(ObjectSums.ATTRIBUTE, " ".repeat(ObjectSums.MAX_TEXT)); // there must be room for them
            return kept;
        } catch (IllegalArgumentException e) {
            throw tooLarge(e);
        }
    }

    private static S3Exception tooLarge(@org.jspecify.annotations.Nullable Exception cause) {
        return new S3Exception(
                S3Error.METADATA_TOO_LARGE,
                "Your metadata headers exceed the maximum allowed metadata size: 2 KiB of x-amz-meta-*, 8 KiB in all.",
                cause);
    }

    /** The encoding of the transfer is not that of the object. */
    private static Optional<String> kept(String name, String text) {
        if (!name.equals("content-encoding")) {
            return Optional.of(text);
        }
        List<String> words = List.of(text.split(",", -1)).stream()
                .map(String::strip)
                .filter(word -> !word.isEmpty() && !word.equals("aws-chunked"))
                .toList();
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
    }

    /** Sets the headers of an answer about an object. */
    static void show(Attributes attributes, Exchange exchange) {
        for (String name : attributes.names()) {
            String header = HEADERS.getOrDefault(name, name.startsWith(USER) ? name : "");
            if (!header.isEmpty()) {
                attributes
                        .text(name)
                        .filter(ObjectMetadata::isSendable)
                        .ifPresent(value -> exchange.with(header, value));
            }
        }
    }

    /** Attributes may come from elsewhere than from a header. */
    private static boolean isSendable(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c != 0x7f && c <= 0xff);
    }
}

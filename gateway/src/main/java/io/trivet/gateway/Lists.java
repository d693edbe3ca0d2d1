package io.trivet.gateway;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.key.KeyPosition;
import io.trivet.gateway.key.KeyWalk;
import io.trivet.gateway.key.Listed;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Lists of keys, in the three forms that S3 has. */
final class Lists {
    private static final int MAX_KEYS = 1000;

    private final RemotePath root;

    Lists(RemotePath root) {
        this.root = root;
    }

    /** What all forms ask alike. */
    private record Asked(String prefix, String delimiter, int maxKeys, UnaryOperator<String> encoding) {
        static Asked of(Query query) {
            Optional<String> encoding = query.value("encoding-type");
            if (encoding.filter(type -> !type.equals("url")).isPresent()) {
                throw new S3Exception(S3Error.INVALID_ARGUMENT, "Invalid Encoding Method specified in Request");
            }
            return new Asked(
                    query.value("prefix").orElse(""),
                    query.value("delimiter").orElse(""),
                    maxKeys(query.value("max-keys")),
                    encoding.isPresent() ? UriEncoding::encodePath : UnaryOperator.identity());
        }

        private static int maxKeys(Optional<String> text) {
            try {
                int number = text.filter(value -> !value.isEmpty())
                        .map(Integer::parseInt)
                        .orElse(MAX_KEYS);
                if (number >= 0) {
                    return Math.min(number, MAX_KEYS);
                }
            } catch (NumberFormatException _) {
                // as if it were negative
            }
            throw new S3Exception(S3Error.INVALID_ARGUMENT, "Argument max-keys must be an integer of 0 or more.");
        }
    }

    /** One page; {@code next} is where the next one begins, null where this is the last. */
    private record Page(List<Listed> lines, Optional<KeyPosition> next) {}

    /** Reads one key more than is asked for, to know whether there is one. */
    private static Page page(TrivetClient client, RemotePath bucket, Asked asked, KeyPosition from) {
        List<Listed> lines = new ArrayList<>();
        if (asked.maxKeys == 0) {
            return new Page(lines, Optional.empty());
        }
        boolean bySlash = asked.delimiter.equals("/");
        ClientTree tree = new ClientTree(client);
        KeyWalk walk = new KeyWalk(tree, bucket, asked.prefix, from, bySlash);
        KeyPosition last = from;
        while (walk.hasNext()) {
            if (lines.size() == asked.maxKeys) {
                return new Page(lines, Optional.of(last));
            }
            Listed listed = walk.next();
            int at = bySlash || asked.delimiter.isEmpty()
                    ? -1
                    : listed.key().indexOf(asked.delimiter, asked.prefix.length());
            if (at >= 0) {
                listed = new Listed.Group(listed.key().substring(0, at + asked.delimiter.length()));
                walk = new KeyWalk(tree, bucket, asked.prefix, KeyPosition.afterGroup(listed.key()), false);
            }
            lines.add(listed);
            last = listed instanceof Listed.Group
                    ? KeyPosition.afterGroup(listed.key())
                    : KeyPosition.after(listed.key());
        }
        return new Page(lines, Optional.empty());
    }

    /** {@code ListObjects}. */
    void first(Exchange exchange, BucketName bucket) throws IOException {
        Asked asked = Asked.of(exchange.query());
        String marker = exchange.query().value("marker").orElse("");
        Page page = page(exchange, bucket, asked, fromMarker(asked, marker));
        exchange.document(XmlDocument.of("ListBucketResult", document -> {
            head(document, bucket, asked);
            document.element("Marker", asked.encoding.apply(marker));
            document.element("IsTruncated", page.next.isPresent());
            page.next.ifPresent(next -> document.element("NextMarker", asked.encoding.apply(next.key())));
            lines(document, page, asked, Optional.of(exchange.accessKey()), false);
        }));
    }

    /** A marker that is a common prefix was given as {@code NextMarker}: what it stands for is behind. */
    private static KeyPosition fromMarker(Asked asked, String marker) {
        boolean isGroup = !asked.delimiter.isEmpty()
                && marker.startsWith(asked.prefix)
                && marker.endsWith(asked.delimiter)
                && marker.indexOf(asked.delimiter, asked.prefix.length()) == marker.length() - asked.delimiter.length();
        return isGroup ? KeyPosition.afterGroup(marker) : KeyPosition.after(marker);
    }

    /** {@code ListObjectsV2}. */
    void second(Exchange exchange, BucketName bucket) throws IOException {
        Query query = exchange.query();
        Asked asked = Asked.of(query);
        Optional<String> given = query.value("continuation-token");
        Optional<String> token = given.filter(text -> !text.isEmpty());
        String startAfter = query.value("start-after").orElse("");
        KeyPosition from = token.isEmpty()
                ? KeyPosition.after(startAfter)
                : KeyPosition.ofToken(token.get())
                        .orElseThrow(() -> new S3Exception(
                                S3Error.INVALID_ARGUMENT, "The continuation token provided is incorrect"));
        Optional<String> owner =
                query.value("fetch-owner").filter("true"::equalsIgnoreCase).map(_ -> exchange.accessKey());
        Page page = page(exchange, bucket, asked, from);
        exchange.document(XmlDocument.of("ListBucketResult", document -> {
            head(document, bucket, asked);
            document.element("KeyCount", page.lines.size());
            document.element("IsTruncated", page.next.isPresent());
            given.ifPresent(value -> document.element("ContinuationToken", value));
            page.next.ifPresent(next -> document.element("NextContinuationToken", next.token()));
            if (query.has("start-after")) {
                document.element("StartAfter", asked.encoding.apply(startAfter));
            }
            lines(document, page, asked, owner, false);
        }));
    }

    /** {@code ListObjectVersions}: each object has one, called null. */
    void versions(Exchange exchange, BucketName bucket) throws IOException {
        Asked asked = Asked.of(exchange.query());
        String marker = exchange.query().value("key-marker").orElse("");
        Page page = page(exchange, bucket, asked, fromMarker(asked, marker));
        exchange.document(XmlDocument.of("ListVersionsResult", document -> {
            head(document, bucket, asked);
            document.element("KeyMarker", asked.encoding.apply(marker));
            document.element("VersionIdMarker", "");
            document.element("IsTruncated", page.next.isPresent());
            page.next.ifPresent(next -> document.element("NextKeyMarker", asked.encoding.apply(next.key()))
                    .element("NextVersionIdMarker", "null"));
            lines(document, page, asked, Optional.of(exchange.accessKey()), true);
        }));
    }

    private Page page(Exchange exchange, BucketName bucket, Asked asked, KeyPosition from) {
        RemotePath directory = Place.directory(root, bucket);
        Place.requireBucket(exchange.client(), directory);
        return page(exchange.client(), directory, asked, from);
    }

    private static void head(XmlDocument document, BucketName bucket, Asked asked) {
        document.element("Name", bucket.text())
                .element("Prefix", asked.encoding.apply(asked.prefix))
                .element("MaxKeys", asked.maxKeys);
        if (!asked.delimiter.isEmpty()) {
            document.element("Delimiter", asked.encoding.apply(asked.delimiter));
        }
        if (!asked.encoding.apply(" ").equals(" ")) {
            document.element("EncodingType", "url");
        }
    }

    private static void lines(
            XmlDocument document, Page page, Asked asked, Optional<String> owner, boolean areVersions) {
        for (Listed listed : page.lines) {
            String key = asked.encoding.apply(listed.key());
            switch (listed) {
                case Listed.StoredObject object ->
                    line(
                            document,
                            key,
                            object.record().modified(),
                            EntityTag.of(object.record(), Optional.ofNullable(object.sums())),
                            object.record().size(),
                            owner,
                            areVersions);
                case Listed.Marker marker ->
                    line(document, key, marker.modified(), EntityTag.ofDirectory(), 0, owner, areVersions);
                case Listed.Group _ -> {}
            }
        }
        for (Listed listed : page.lines) {
            if (listed instanceof Listed.Group group) {
                document.element(
                        "CommonPrefixes", prefix -> prefix.element("Prefix", asked.encoding.apply(group.key())));
            }
        }
    }

    private static void line(
            XmlDocument document,
            String key,
            Instant modified,
            String tag,
            long size,
            Optional<String> owner,
            boolean isVersion) {
        document.element(isVersion ? "Version" : "Contents", contents -> {
            contents.element("Key", key);
            if (isVersion) {
                contents.element("VersionId", "null").element("IsLatest", true);
            }
            contents.element("LastModified", XmlDocument.time(modified))
                    .element("ETag", tag)
                    .element("Size", size)
                    .element("StorageClass", "STANDARD");
            owner.ifPresent(user -> Settings.owner(contents, "Owner", user));
        });
    }
}

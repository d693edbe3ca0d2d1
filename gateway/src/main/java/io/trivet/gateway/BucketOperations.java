package io.trivet.gateway;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.key.ObjectKey;
import io.trivet.gateway.signature.Query;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Buckets: directories below the root of the gateway. */
final class BucketOperations {
    private static final int MAX_BUCKETS = 10_000;

    private final RemotePath root;

    BucketOperations(RemotePath root) {
        this.root = root;
    }

    /** Directories that clients can say, in pages where they ask for some. */
    void list(Exchange exchange) throws IOException {
        Query query = exchange.query();
        int most = most(query.value("max-buckets"));
        String prefix = query.value("prefix").orElse("");
        String after = query.value("continuation-token").orElse("");
        List<NameEntry.Directory> found = new ArrayList<>();
        Iterator<NameEntry> entries = ClientTree.list(exchange.client(), root, after);
        while (entries.hasNext() && found.size() <= most) {
            if (entries.next() instanceof NameEntry.Directory directory
                    && BucketName.isSayable(directory.name())
                    && directory.name().startsWith(prefix)) {
                found.add(directory);
            }
        }
        List<NameEntry.Directory> page = found.subList(0, Math.min(most, found.size()));
        exchange.document(XmlDocument.of("ListAllMyBucketsResult", document -> {
            Settings.owner(document, "Owner", exchange.accessKey());
            document.element(
                    "Buckets",
                    buckets -> page.forEach(directory -> buckets.element(
                            "Bucket",
                            bucket -> bucket.element("Name", directory.name())
                                    .element("CreationDate", XmlDocument.time(directory.modified())))));
            if (page.size() < found.size()) {
                document.element("ContinuationToken", page.getLast().name());
            }
            if (query.has("prefix")) {
                document.element("Prefix", prefix);
            }
        }));
    }

    private static int most(Optional<String> text) {
        try {
            int number = text.filter(value -> !value.isEmpty())
                    .map(Integer::parseInt)
                    .orElse(MAX_BUCKETS);
            if (number >= 1) {
                return Math.min(number, MAX_BUCKETS);
            }
        } catch (NumberFormatException _) {
            // as if it were out of range
        }
        throw new S3Exception(
                S3Error.INVALID_ARGUMENT, "Argument max-buckets must be an integer between 1 and " + MAX_BUCKETS + ".");
    }

    void location(Exchange exchange, BucketName bucket) throws IOException {
        Place.requireBucket(exchange.client(), directory(bucket));
        exchange.document(XmlDocument.of("LocationConstraint", _ -> {}));
    }

    void head(Exchange exchange, BucketName bucket) {
        Place.requireBucket(exchange.client(), directory(bucket));
        exchange.with("x-amz-bucket-region", "us-east-1").empty(200);
    }

    /** A region that is asked for is passed over: there are none. */
    void create(Exchange exchange, BucketName bucket) throws IOException {
        bucket.requireNew();
        Settings.requireOwnAcl(exchange);
        if (exchange.header("x-amz-bucket-object-lock-enabled")
                .filter("true"::equalsIgnoreCase)
                .isPresent()) {
            throw new S3Exception(S3Error.NOT_IMPLEMENTED, "Object Lock is not implemented.");
        }
        if (exchange.bodyLengthOrZero() > 0) {
            exchange.document();
        }
        TrivetClient client = exchange.client();
        Optional<NameEntry> there = ClientTree.stat(client, directory(bucket));
        if (there.isPresent()) {
            throw there.get() instanceof NameEntry.Directory
                    ? new S3Exception(S3Error.BUCKET_ALREADY_OWNED_BY_YOU, "The bucket exists already.")
                    : new S3Exception(S3Error.BUCKET_ALREADY_EXISTS, "A file has the name of this bucket.");
        }
        client.makeDirectory(directory(bucket));
        exchange.with("Location", "/" + bucket).empty(200);
    }

    /** One without objects; uploads that nobody completed go with it where they are the bucket's. */
    void delete(Exchange exchange, BucketName bucket) {
        RemotePath directory = directory(bucket);
        TrivetClient client = exchange.client();
        Place.requireBucket(client, directory);
        Iterator<NameEntry> entries = ClientTree.list(client, directory, "");
        while (entries.hasNext()) {
            if (!entries.next().name().equals(ObjectKey.RESERVED)) {
                throw notEmpty();
            }
        }
        RemotePath reserved = directory.resolve(ObjectKey.RESERVED);
        if (ClientTree.stat(client, reserved).isPresent()) {
            client.remove(reserved, true, true);
        }
        try {
            client.remove(directory, false);
        } catch (TrivetException e) {
            throw e.kind() == Refusal.Kind.NOT_EMPTY ? notEmpty() : e;
        }
        exchange.empty(204);
    }

    private static S3Exception notEmpty() {
        return new S3Exception(
                S3Error.BUCKET_NOT_EMPTY,
                "The bucket that you tried to delete is not empty: there are objects, or uploads under way.");
    }

    private RemotePath directory(BucketName bucket) {
        return Place.directory(root, bucket);
    }
}

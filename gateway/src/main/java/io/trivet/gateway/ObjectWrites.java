package io.trivet.gateway;

import io.trivet.client.MetadataChange;
import io.trivet.client.RemoteOutput;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.signature.UriEncoding;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.model.Attributes;
import io.trivet.model.Condition;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Piece;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Saves objects, from a body or from another object. An object appears with its commit, when the
 * whole body was received and its signature and checksums are right; until then there is what was
 * there before.
 */
final class ObjectWrites {
    private static final int COPY_BYTES = 64 << 10;

    /** As S3, for one request. */
    private static final long MAX_BODY = 5L << 30;

    private static final List<String> REFUSED = List.of(
            "x-amz-server-side-encryption",
            "x-amz-object-lock-",
            "x-amz-website-redirect-location",
            "x-amz-write-offset-bytes");

    private final RemotePath root;
    private final UploadMemory memory;
    private final OpenReads open;

    ObjectWrites(RemotePath root, UploadMemory memory, OpenReads open) {
        this.root = root;
        this.memory = memory;
        this.open = open;
    }

    /** The bytes of an object, once there is memory for them. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    /** {@code PutObject}. */
    void put(Exchange exchange, Place place) throws IOException {
        requireSupported(exchange);
        long length = exchange.bodyLength();
        if (length > MAX_BODY) {
            throw new S3Exception(
                    S3Error.ENTITY_TOO_LARGE, "One request brings 5 GiB at the most. Use an upload in parts for more.");
        }
        ObjectProperties properties = ObjectProperties.of(exchange);
        List<Condition> conditions = requireRoom(exchange.client(), place, Conditions.of(exchange.head()));
        String tag;
        if (place.key().isDirectory()) {
            if (length > 0) {
                throw new S3Exception(
                        S3Error.INVALID_ARGUMENT, "A key that ends with a slash is a directory, and has no bytes.");
            }
            exchange.body().readAllBytes();
            makeDirectory(exchange.client(), place, conditions);
            tag = EntityTag.ofDirectory();
        } else {
            Saved saved = save(
                    exchange.client(),
                    place,
                    length,
                    exchange::body,
                    properties,
                    conditions,
                    md5 -> ObjectSums.ofBody(md5, exchange.givenChecksum()));
            tag = saved.tag();
        }
        checksums(exchange);
        exchange.with("ETag", tag).empty(200);
    }

    /** What was compared with the body is given back. */
    static void checksums(Exchange exchange) {
        exchange.givenChecksum()
                .ifPresent(sum ->
                        exchange.with(sum.algorithm().header(), sum.value()).with("x-amz-checksum-type", sum.type()));
    }

    /** Throws what S3 answers where a request asks for something that would not be done. */
    static void requireSupported(Exchange exchange) {
        Settings.requireOwnAcl(exchange);
        for (String refused : REFUSED) {
            if (!exchange.headersThatBegin(refused).isEmpty()) {
                throw new S3Exception(S3Error.NOT_IMPLEMENTED, "Trivet does not implement this of S3: " + refused);
            }
        }
        if (exchange.header("x-amz-storage-class")
                .filter(name -> !name.equals("STANDARD"))
                .isPresent()) {
            throw new S3Exception(S3Error.INVALID_STORAGE_CLASS, "The only storage class is STANDARD.");
        }
    }

    /**
     * Throws before the body is read where it could not be saved: no bucket, the name of a
     * directory, a name below a file, or a condition that does not hold.
     *
     * @return what must hold at the commit as well
     */
    static List<Condition> requireRoom(TrivetClient client, Place place, Conditions conditions) {
        Optional<NameEntry> found;
        try {
            NameEntry there = client.stat(place.path());
            boolean isDirectory = there instanceof NameEntry.Directory;
            if (isDirectory != place.key().isDirectory()) {
                throw isDirectory
                        ? new S3Exception(
                                S3Error.KEY_IS_PREFIX,
                                "Other keys begin with this one and a slash: in a file system it is a directory.")
                        : prefixIsObject();
            }
            found = Optional.of(there).filter(entry -> !(entry instanceof NameEntry.Link));
        } catch (TrivetException e) {
            Place.requireBucket(client, place.directory());
            if (e.kind() == Refusal.Kind.NOT_A_DIRECTORY) {
                throw prefixIsObject();
            }
            if (e.kind() != Refusal.Kind.NO_SUCH_FILE) {
                throw e;
            }
            found = Optional.empty();
        }
        if (!conditions.areForWrite()) {
            return List.of();
        }
        Optional<StoredEntry> there = found.isEmpty() ? Optional.empty() : place.findWithAttributes(client);
        conditions.requireForWrite(there.map(StoredEntry::tag));
        return List.of(place.still(there.map(StoredEntry::entry)));
    }

    private static S3Exception prefixIsObject() {
        return new S3Exception(
                S3Error.PREFIX_IS_OBJECT,
                "This key up to one of its slashes is an object: in a file system nothing is below a file.");
    }

    /** What was saved. */
    record Saved(FileRecord record, ObjectSums sums) {
        /** With its quotation marks. */
        String tag() {
            return EntityTag.quoted(sums.etag());
        }
    }

    /**
     * Saves all bytes of the source, of which there are {@code length}.
     *
     * @param sums what is kept of bytes with this MD5; asked for when they have ended
     */
    Saved save(
            TrivetClient client,
            Place place,
            long length,
            Source source,
            ObjectProperties properties,
            List<Condition> conditions,
            Function<String, ObjectSums> sums)
            throws IOException {
        try (UploadMemory.Part _ = memory.take(length, client.chunkSize().bytes());
                Md5Input bytes = new Md5Input(source.open());
                RemoteOutput out =
                        client.onlyIf(conditions.toArray(Condition[]::new)).create(place.path(), length)) {
            try {
                byte[] buffer = new byte[COPY_BYTES];
                for (int some = bytes.read(buffer); some >= 0; some = bytes.read(buffer)) {
                    out.write(buffer, 0, some);
                }
                ObjectSums known = sums.apply(bytes.md5());
                out.setAttributes(sha256 -> properties.attributes().with(ObjectSums.ATTRIBUTE, known.text(sha256)));
                return new Saved(
                        out.commit(properties.modified().orElseGet(Instant::now))
                                .record(),
                        known);
            } finally {
                out.abort(); // where it was not committed
            }
        }
    }

    /** Stores all bytes of the source as a piece. */
    Piece put(
            TrivetClient client,
            io.trivet.model.Upload upload,
            int number,
            long length,
            Source source,
            Function<String, ObjectSums> sums)
            throws IOException {
        try (UploadMemory.Part _ = memory.take(length, upload.chunkSize().bytes());
                Md5Input bytes = new Md5Input(source.open())) {
            return client.uploads()
                    .put(
                            upload,
                            number,
                            bytes,
                            length,
                            () -> sums.apply(bytes.md5()).textOfPart());
        }
    }

    /**
     * What a request copies.
     *
     * @param found as it was when the conditions were looked at
     */
    record Copied(Place place, StoredEntry found) {
        long size() {
            return found.size();
        }

        /** For what replaces its metadata: the bytes stay what they are. */
        Attributes withSums(Attributes attributes) {
            return found.attributes()
                    .text(ObjectSums.ATTRIBUTE)
                    .map(sums -> attributes.with(ObjectSums.ATTRIBUTE, sums))
                    .orElse(attributes);
        }
    }

    /** The source that a request names; its conditions hold. */
    Copied source(Exchange exchange) {
        String text = exchange.header("x-amz-copy-source").orElse("");
        int question = text.indexOf("?versionId=");
        if (question >= 0 && !text.substring(question).equals("?versionId=null")) {
            throw new S3Exception(S3Error.NO_SUCH_VERSION, "There are no versions.");
        }
        String path = UriEncoding.decodePath(question < 0 ? text : text.substring(0, question));
        String named = path.startsWith("/") ? path.substring(1) : path;
        int slash = named.indexOf('/');
        if (slash < 1 || slash == named.length() - 1) {
            throw new S3Exception(
                    S3Error.INVALID_ARGUMENT, "The copy source must be of the form bucket/key, percent-encoded.");
        }
        Place place = Place.of(root, new BucketName(named.substring(0, slash)), named.substring(slash + 1));
        Copied copied = new Copied(place, place.require(exchange.client()));
        Conditions.ofSource(exchange.head()).requireForCopy(copied.found.tag(), copied.found.modified());
        return copied;
    }

    /** {@code CopyObject}: the cluster copies, and no byte moves. */
    void copy(Exchange exchange, Place place) throws IOException {
        requireSupported(exchange);
        TrivetClient client = exchange.client();
        Copied copied = source(exchange);
        boolean replaces = exchange.header("x-amz-metadata-directive")
                .filter("REPLACE"::equalsIgnoreCase)
                .isPresent();
        if (copied.place.path().equals(place.path()) && !replaces) {
            throw new S3Exception(
                    S3Error.INVALID_REQUEST,
                    "This copy request is illegal because it is trying to copy an object to itself without changing"
                            + " anything.");
        }
        if (copied.place.key().isDirectory() != place.key().isDirectory() && copied.size() > 0) {
            throw new S3Exception(
                    S3Error.INVALID_ARGUMENT, "A key that ends with a slash is a directory, and has no bytes.");
        }
        List<Condition> conditions = requireRoom(client, place, Conditions.of(exchange.head()));
        ObjectProperties properties = ofCopy(exchange, copied, replaces);
        String tag;
        if (place.key().isDirectory() || copied.place.key().isDirectory()) {
            tag = copyDirectory(client, place, properties, conditions);
        } else if (copied.place.path().equals(place.path())) {
            tag = describeAnew(client, copied, properties);
        } else {
            copyFile(client, copied, place, properties, conditions);
            tag = copied.found.tag();
        }
        exchange.document(XmlDocument.of(
                "CopyObjectResult",
                document -> document.element(
                                "LastModified",
                                XmlDocument.time(properties.modified().orElseGet(Instant::now)))
                        .element("ETag", tag)));
    }

    private static ObjectProperties ofCopy(Exchange exchange, Copied copied, boolean replaces) {
        ObjectProperties given = replaces
                ? ObjectProperties.of(exchange)
                : new ObjectProperties(Optional.of(copied.found.modified()), copied.found.attributes());
        Optional<String> tags = exchange.header("x-amz-tagging-directive")
                        .filter("REPLACE"::equalsIgnoreCase)
                        .isPresent()
                ? ObjectTags.ofHeader(exchange)
                : ObjectTags.of(copied.found.attributes());
        return new ObjectProperties(given.modified(), copied.withSums(ObjectTags.with(given.attributes(), tags)));
    }

    /** Where the answer has begun only its document can say that it failed. */
    static void failLate(SlowAnswer answer, RuntimeException e) throws IOException {
        if (!answer.hasBegun()) {
            throw e;
        }
        S3Exception failure = e instanceof TrivetException refused ? Failures.of(refused) : (S3Exception) e;
        answer.finish(XmlDocument.plain(
                "Error",
                error -> error.element("Code", failure.error().code()).element("Message", failure.sentence())));
    }

    private String copyDirectory(
            TrivetClient client, Place place, ObjectProperties properties, List<Condition> conditions)
            throws IOException {
        if (place.key().isDirectory()) {
            makeDirectory(client, place, conditions);
            return EntityTag.ofDirectory();
        }
        return save(
                        client,
                        place,
                        0,
                        InputStream::nullInputStream,
                        properties,
                        conditions,
                        md5 -> ObjectSums.ofBody(md5, Optional.empty()))
                .tag();
    }

    private static void makeDirectory(TrivetClient client, Place place, List<Condition> conditions) {
        client.onlyIf(conditions.toArray(Condition[]::new)).makeDirectory(place.path());
    }

    /** A copy onto itself: the metadata changes, and no byte is moved. */
    private static String describeAnew(TrivetClient client, Copied copied, ObjectProperties properties) {
        client.onlyIf(copied.place.still(Optional.of(copied.found.entry())))
                .setMetadata(
                        copied.place.path(),
                        MetadataChange.NONE
                                .withModified(properties.modified().orElseGet(Instant::now))
                                .withAttributes(properties.attributes()));
        return copied.found.tag();
    }

    private static void copyFile(
            TrivetClient client, Copied copied, Place place, ObjectProperties properties, List<Condition> conditions) {
        List<Condition> all = new ArrayList<>(conditions);
        all.add(copied.place.still(Optional.of(copied.found.entry())));
        client.onlyIf(all.toArray(Condition[]::new))
                .copy(
                        copied.place.path(),
                        place.path(),
                        MetadataChange.NONE
                                .withModified(properties.modified().orElseGet(Instant::now))
                                .withAttributes(properties.attributes()));
    }

    /** A part of what is copied: of the content that the conditions were true of. */
    InputStream opened(TrivetClient client, Copied copied, ByteRange range) throws IOException {
        return opened(
                client,
                copied.place.path(),
                ((NameEntry.File) copied.found.entry()).record().id(),
                range);
    }

    /** Bytes of a file that has this id. Throws {@code PreconditionFailed} where it was replaced meanwhile. */
    InputStream opened(TrivetClient client, RemotePath path, FileId file, ByteRange range) throws IOException {
        OpenReads.Reading reading = open.open(client, path);
        boolean handed = false;
        try {
            if (!reading.input().record().id().equals(file)) {
                throw new S3Exception(S3Error.PRECONDITION_FAILED, "What is copied was replaced meanwhile.");
            }
            InputStream bytes = reading.stream(range.from(), range.length());
            handed = true;
            return new java.io.FilterInputStream(bytes) {
                private boolean closed;

                @Override
                public void close() throws IOException {
                    if (!closed) {
                        closed = true;
                        reading.close();
                    }
                }
            };
        } finally {
            if (!handed) {
                reading.close();
            }
        }
    }
}

package io.trivet.gateway;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.gateway.key.BucketName;
import io.trivet.gateway.xml.XmlDocument;
import io.trivet.gateway.xml.XmlElement;
import io.trivet.model.Attributes;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.RequestId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removal of objects, one or many. What is not there is gone already. */
final class Deletions {
    private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);
    private static final int MAX_KEYS = 1000;

    /** Of one request: each waits for the quorum, which takes many at once. */
    private static final int AT_ONCE = 16;

    /** An object that is replaced while it is removed is looked at again so often. */
    private static final int MAX_TRIES = 10;

    private final RemotePath root;

    Deletions(RemotePath root) {
        this.root = root;
    }

    void one(Exchange exchange, Place place) {
        Place.requireBucket(exchange.client(), place.directory());
        remove(exchange.client(), place, DeleteConditions.of(exchange.head()));
        exchange.empty(204);
    }

    private static void remove(TrivetClient client, Place place, DeleteConditions conditions) {
        if (removeNow(client, place, conditions)) {
            place.prune(client);
        }
    }

    /** What is removed is what the conditions were true of. False where there was nothing to remove. */
    private static boolean removeNow(TrivetClient client, Place place, DeleteConditions conditions) {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Optional<StoredEntry> there = conditions.tag().isEmpty()
                    ? place.find(client).map(entry -> new StoredEntry(entry, Attributes.NONE))
                    : place.findWithAttributes(client);
            if (there.isEmpty()) {
                return false;
            }
            conditions.require(there.get());
            try {
                client.onlyIf(place.still(there.map(StoredEntry::entry))).remove(place.path(), false, false);
                return true;
            } catch (TrivetException e) {
                if (e.kind() == Refusal.Kind.NOT_EMPTY || e.kind() == Refusal.Kind.NO_SUCH_FILE) {
                    return false; // a directory that holds keys is no longer an object of its own
                }
                if (e.kind() != Refusal.Kind.CONDITION_FAILED) {
                    throw e;
                }
            }
        }
        throw new S3Exception(S3Error.SERVICE_UNAVAILABLE, "The object is being replaced all the time. Try again.");
    }

    /** {@code DeleteObjects}. */
    void several(Exchange exchange, BucketName bucket) throws IOException {
        XmlElement document = XmlElement.parse(exchange.document()).named("Delete");
        List<XmlElement> objects = document.all("Object");
        if (objects.isEmpty() || objects.size() > MAX_KEYS) {
            throw new S3Exception(S3Error.MALFORMED_XML, "A request deletes 1 to " + MAX_KEYS + " objects.");
        }
        List<String> keys =
                objects.stream().map(object -> object.required("Key")).toList();
        TrivetClient client = exchange.client();
        Place.requireBucket(client, Place.directory(root, bucket));
        AtomicReferenceArray<S3Exception> failures = new AtomicReferenceArray<>(keys.size());
        atOnce(keys.size(), index -> {
            try {
                XmlElement object = objects.get(index);
                if (object.value("VersionId").filter(id -> !id.equals("null")).isPresent()) {
                    throw new S3Exception(S3Error.NO_SUCH_VERSION, "There are no versions.");
                }
                remove(client, Place.of(root, bucket, keys.get(index)), DeleteConditions.of(object));
            } catch (S3Exception e) {
                failures.set(index, e);
            } catch (TrivetException e) {
                failures.set(index, Failures.of(e));
            } catch (RuntimeException e) {
                LOG.warn("An object was not deleted: {}", keys.get(index), e);
                failures.set(index, new S3Exception(S3Error.INTERNAL_ERROR, "We encountered an internal error.", e));
            }
        });
        boolean quiet = document.value("Quiet").filter("true"::equalsIgnoreCase).isPresent();
        exchange.document(XmlDocument.of("DeleteResult", result -> {
            for (int index = 0; index < keys.size(); index++) {
                String key = keys.get(index);
                S3Exception failure = failures.get(index);
                if (failure != null) {
                    result.element(
                            "Error",
                            error -> error.element("Key", key)
                                    .element("Code", failure.error().code())
                                    .element("Message", failure.sentence()));
                } else if (!quiet) {
                    result.element("Deleted", deleted -> deleted.element("Key", key));
                }
            }
        }));
    }

    @FunctionalInterface
    private interface Task {
        /** Throws nothing: the other tasks of the worker come after it. */
        void run(int index);
    }

    private static void atOnce(int count, Task task) throws IOException {
        AtomicInteger next = new AtomicInteger();
        Runnable worker = RequestId.carried(() -> {
            for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                task.run(index);
            }
        });
        Thread[] workers = new Thread[Math.min(count, AT_ONCE)];
        for (int at = 0; at < workers.length; at++) {
            workers[at] = Thread.ofVirtual().name("trivet-s3-delete").start(worker);
        }
        try {
            for (Thread each : workers) {
                each.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the gateway is stopping", e);
        }
    }
}

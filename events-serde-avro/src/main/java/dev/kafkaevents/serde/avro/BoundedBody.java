package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The bytes of an answer, up to more than any schema has. Confined to one answer. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
  private static final int MOST = 16 << 20;

  private final HttpResponse.BodySubscriber<byte[]> bytes =
      HttpResponse.BodySubscribers.ofByteArray();
  private Flow.@Nullable Subscription subscription;
  private long size;

  BoundedBody(HttpResponse.ResponseInfo unused) {}

  @Override
  public CompletionStage<byte[]> getBody() {
    return bytes.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    bytes.onSubscribe(subscription);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      size += buffer.remaining();
    }
    if (size <= MOST) {
      bytes.onNext(buffers);
    } else if (subscription != null) {
      subscription.cancel();
      bytes.onError(new IOException("the answer has more than " + MOST + " bytes"));
    }
  }

  @Override
  public void onError(Throwable failure) {
    bytes.onError(failure);
  }

  @Override
  public void onComplete() {
    bytes.onComplete();
  }
}

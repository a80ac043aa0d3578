"""What a phone of the tests runs in the page itself."""

from __future__ import annotations

#: Three minutes without a touch, in which the phone slept, and its screen is looked at again.
SLEPT = """() => {
  const now = performance.now.bind(performance);
  performance.now = () => now() + 180000;
  document.dispatchEvent(new Event("visibilitychange"));
}"""
#: The processor of a cheap phone, in what tells the app how quick it is: it decides for the fewest rounds that any phone does.
SLOW = """if (isSecureContext) {
  const { deriveBits } = SubtleCrypto.prototype;
  const later = (bits) => new Promise((done) => setTimeout(done, 40, bits));
  SubtleCrypto.prototype.deriveBits = function (how, ...rest) {
    const bits = deriveBits.call(this, how, ...rest);
    return how.iterations < 600000 ? bits.then(later) : bits;
  };
}"""
#: Answers as told, or by the first option, up to a question or what is none: in the page, which is four times as quick.
ANSWER = """async ([told, last]) => {
  const asked = () => document.querySelector("main input[name]");
  for (let input = asked(); input && input.name !== last; input = asked()) {
    document.getElementById(`o-${told[input.name] ?? input.value}`).click();
    document.querySelector("main button[type=submit]").click();
    for (let tries = 0; input.isConnected; tries++) {
      if (tries > 100) throw new Error(`it does not go on from ${input.name}`);
      await new Promise((done) => setTimeout(done, tries));
    }
  }
}"""
#: How many records lie in the queue.
WAITING = """new Promise((done) => {
  const request = indexedDB.open("notes-2");
  request.onsuccess = () => {
    const all = request.result.transaction("waiting").objectStore("waiting").count();
    all.onsuccess = () => { request.result.close(); done(all.result); };
  };
})"""
#: Whether something of a name lies on the phone.
KEPT = """(name) => new Promise((done) => {
  const request = indexedDB.open("notes-2");
  request.onsuccess = () => {
    const found = request.result.transaction("things").objectStore("things").count(name);
    found.onsuccess = () => { request.result.close(); done(found.result > 0); };
  };
})"""

// Runs inside the sandboxed part of a SCORM 1.2 package, before any script of its own: gives it the API (scorm-again) and hands what
// it tells to the page around it. The frame's name carries what is known: nothing else reaches a sandbox before its scripts run.
(function () {
  "use strict";
  var known;
  try { known = JSON.parse(decodeURIComponent(window.name)); } catch (e) { return; }  // a frame within the part
  if (!known || !known.lms) return;
  var api = new window.Scorm12API({ logLevel: 5, mastery_override: true });
  api.loadFromJSON(known.cmi);

  function tell(finished) {
    var cmi = api.renderCMIToJSONObject().cmi;
    var core = cmi.core;
    var told = {
      lms: true, part: known.part, status: core.lesson_status || "not attempted", raw: core.score.raw, min: core.score.min,
      max: core.score.max, location: core.lesson_location, suspend_data: cmi.suspend_data, exit: core.exit, finished: finished,
    };
    known.cmi.core.lesson_status = told.status;
    known.cmi.core.lesson_location = told.location;
    known.cmi.core.score = core.score;
    known.cmi.core.entry = core.exit === "suspend" ? "resume" : "";
    known.cmi.suspend_data = told.suspend_data;
    window.name = encodeURIComponent(JSON.stringify(known));  // for the next page of the same part
    window.parent.postMessage(told, "*");
  }

  ["LMSInitialize", "LMSSetValue", "LMSCommit", "LMSFinish"].forEach(function (name) {
    var was = api[name];
    api[name] = function () {
      var result = was.apply(api, arguments);
      if (result === "true") try { tell(name === "LMSFinish"); } catch (e) { /* the part goes on */ }
      return result;
    };
  });
  window.API = api;
})();

;; A component that calls another, which calls it back: a component isn't entered while it is in a call (Canonical ABI), so the second call traps.
(component
;; imports
  (component $inner
    (import "back" (func $back))
    (core module $m
      (import "" "back" (func $back))
      (func (export "go")
        (call $back)))
    (core func $back (canon lower (func $back)))
    (core instance $i (instantiate $m
      (with "" (instance (export "back" (func $back))))))
    (func $go (canon lift (core func $i "go")))
    (export "go" (func $go)))
  (core module $called
    (func (export "back")))
  (core instance $called (instantiate $called))
  (func $back (canon lift (core func $called "back")))
  (instance $inner (instantiate $inner (with "back" (func $back))))
  (alias export $inner "go" (func $go))
  (core func $go (canon lower (func $go)))
  (core module $caller
    (import "" "go" (func $go))
    (func (export "handle") (param i32 i32)
      (call $go)))
  (core instance $caller (instantiate $caller
    (with "" (instance (export "go" (func $go))))))
  (alias export $wasi:http/types@0.2.12 "incoming-request" (type $request))
  (alias export $wasi:http/types@0.2.12 "response-outparam" (type $outparam))
  (func $handle (param "request" (own $request)) (param "response-out" (own $outparam))
    (canon lift (core func $caller "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@0.2.12" (instance $handler)))

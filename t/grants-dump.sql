-- Who may touch what, in a form for review: sql/grants.dump. Functions that
-- trigger something cannot be called, hence are left out.

SELECT string_agg(DISTINCT privilege_type, ' ' ORDER BY privilege_type)
	|| ' on schema ' || nspname || ': ' || grantee::regrole
  FROM pg_namespace, aclexplode(nspacl)
 WHERE nspname IN ('frostguard', 'public') AND grantee <> nspowner
 GROUP BY nspname, grantee
 ORDER BY nspname, grantee::regrole::text;

SELECT role || ': ' || object || ' ' || string_agg(may, ' ' ORDER BY may)
  FROM (SELECT CASE grantee WHEN 0 THEN 'PUBLIC'
		ELSE grantee::regrole::text END,
		c.relname, privilege_type::text
	  FROM pg_class c, aclexplode(c.relacl)
	 WHERE c.relnamespace = 'frostguard'::regnamespace
	   AND grantee <> c.relowner
	 UNION ALL
	SELECT grantee::regrole::text, c.relname, privilege_type || '('
		|| string_agg(a.attname, ',' ORDER BY a.attname) || ')'
	  FROM pg_attribute a
	  JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl)
	 WHERE c.relnamespace = 'frostguard'::regnamespace
	 GROUP BY 1, 2, privilege_type
	 UNION ALL
	SELECT CASE grantee WHEN 0 THEN 'PUBLIC'
		ELSE grantee::regrole::text END,
		p.proname || '(' || pg_get_function_identity_arguments(p.oid)
		|| ')', privilege_type
	  FROM pg_proc p,
	       aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))
	 WHERE p.pronamespace = 'frostguard'::regnamespace
	   AND grantee <> p.proowner AND p.prorettype <> 'trigger'::regtype
	) g(role, object, may)
 GROUP BY role, object
 ORDER BY role, object;

SELECT 'policy ' || policyname || ' on ' || tablename || ': '
	|| CASE permissive WHEN 'RESTRICTIVE' THEN 'restricts ' ELSE '' END
	|| cmd || ' to ' || array_to_string(ARRAY(
		SELECT unnest(roles) ORDER BY 1), ', ')
	|| coalesce(' using ' || regexp_replace(qual, '\s+', ' ', 'g'), '')
	|| coalesce(' check ' || regexp_replace(with_check, '\s+', ' ', 'g'), '')
  FROM pg_policies
 WHERE schemaname = 'frostguard'
   AND tablename !~ '^sensor_readings_(y\d{4}m\d{2}|default)$'
 ORDER BY policyname, tablename;
